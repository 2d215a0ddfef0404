"""Keeps previews within the bounds that src/core/preview.ts promises."""

from __future__ import annotations

import json
from typing import Any, Dict

from headrace.previews.plain import clip, plain_json

__all__ = ["fit"]

_STEPS = ((100, 500), (50, 200), (20, 100), (5, 50), (1, 20))


def fit(preview: Dict[str, Any], most: int) -> Dict[str, Any]:
    """The preview itself when it is small enough, else one whose long lists and texts are cut further and further.

    Args:
        preview: A preview of src/core/preview.ts.
        most: Bytes that its JSON may have.
    """
    if _size(preview) <= most:
        return preview
    for items, text in _STEPS:
        cut = _cut(preview, items, text)
        if _size(cut) <= most:
            return cut
    return {"kind": "opaque", "type": preview["kind"], "text": "", "note": "The preview would be too large."}


def _size(value: Any) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"))


def _cut(preview: Dict[str, Any], items: int, text: int) -> Dict[str, Any]:
    answer: Dict[str, Any] = {}
    for key, value in preview.items():
        if key == "head" and preview["kind"] == "table":
            answer[key] = [plain_json(row, 50, text) for row in value[:items]]
        elif key == "indexHead":
            answer[key] = plain_json(value, items, text)
        elif key in ("columns", "steps", "fitted", "items"):
            answer[key] = plain_json(value, max(items // 2, 1) if key != "columns" else 50, text)
        elif key in ("value", "head", "parameters"):
            answer[key] = plain_json(value, items, text)
        elif key in ("text", "headHex"):
            answer[key] = clip(value, text * 400)
        else:
            answer[key] = value
    if "truncated" in preview:
        answer["truncated"] = True
    return answer
