"""Footnote's application: questions in, backed answers out."""
