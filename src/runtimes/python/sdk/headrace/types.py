"""Strings with a format, which are shown as what they are (zenml-semantics §5.3)."""

from __future__ import annotations

__all__ = ["CSVString", "HTMLString", "JSONString", "MarkdownString"]


class HTMLString(str):
    """Text that is HTML."""


class MarkdownString(str):
    """Text that is Markdown."""


class CSVString(str):
    """Text that is comma-separated values."""


class JSONString(str):
    """Text that is JSON."""
