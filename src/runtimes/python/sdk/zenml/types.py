"""Strings with a format, as ZenML's users import them."""

from __future__ import annotations

from headrace.types import CSVString as CSVString
from headrace.types import HTMLString as HTMLString
from headrace.types import JSONString as JSONString
from headrace.types import MarkdownString as MarkdownString
