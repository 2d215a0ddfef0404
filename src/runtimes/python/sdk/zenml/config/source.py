"""Source, as ZenML's users import it."""

from __future__ import annotations

from headrace.source import Source as Source
