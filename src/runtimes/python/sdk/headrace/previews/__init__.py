"""What is shown of a value without loading it: `preview.json` (src/core/preview.ts) and the line in lists."""

from __future__ import annotations

from headrace.previews.values import preview_value, summarize

__all__ = ["preview_value", "summarize"]
