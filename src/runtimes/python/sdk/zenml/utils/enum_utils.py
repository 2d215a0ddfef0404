"""Enumerations of text, as ZenML's users import them."""

from __future__ import annotations

from headrace.enums import StrEnum as StrEnum
