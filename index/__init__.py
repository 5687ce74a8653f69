"""Footnote's index: articles in, chunks kept, chunks found again."""
