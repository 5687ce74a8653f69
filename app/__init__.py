"""Footnote: readers ask, the article answers."""

VERSION = "0.4.0"
