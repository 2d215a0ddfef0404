"""What a user's materializer rendered, as the preview of values that have none of their own."""

from __future__ import annotations

import os
from typing import Any, Dict, List, Optional

from headrace.previews.values import preview_text

__all__ = ["preview"]

_STYLES = {"html": "html", "markdown": "markdown", "csv": "csv", "json": "code"}
_MIME = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".svg": "image/svg+xml",
    ".webp": "image/webp",
}
_MOST = 128 << 10


def preview(folder: str, visualizations: List[Dict[str, str]]) -> Optional[Dict[str, Any]]:
    """The preview that shows the first visualization."""
    for entry in visualizations:
        name, kind = entry["path"], entry["kind"]
        if kind == "image":
            mime = _MIME.get(os.path.splitext(name)[1].lower(), "image/png")
            return {"kind": "image", "file": name, "width": None, "height": None, "mime": mime}
        with open(os.path.join(folder, name), "rb") as file:
            text = file.read(_MOST).decode("utf-8", "replace")
        return preview_text(text, _STYLES[kind], name)
    return None
