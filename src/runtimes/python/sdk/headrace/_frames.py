"""Telling user code from ours in stacks: failures show the user's frames, calls are placed at the user's lines."""

from __future__ import annotations

import os
import sys
import types
from typing import Dict, Optional

_SDK = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
# What runs modules for us; their frames lie between ours and the user's.
_MACHINERY = ("<frozen importlib", "<frozen runpy")

_ours: Dict[str, bool] = {}


def is_ours(path: str) -> bool:
    """Whether a file belongs to the SDK (or to the machinery of imports that carries it)."""
    known = _ours.get(path)
    if known is None:
        known = path.startswith(_MACHINERY) or os.path.abspath(path).startswith(_SDK)
        _ours[path] = known
    return known


def caller() -> Optional[types.FrameType]:
    """The innermost frame of user code that led here; None when there is none."""
    frame: Optional[types.FrameType] = sys._getframe(1)
    while frame is not None and is_ours(frame.f_code.co_filename):
        frame = frame.f_back
    return frame


def local_names(func: object) -> Optional[Dict[str, object]]:
    """Local names where ``func`` is being decorated, if its annotations are text that may use them; else None."""
    frame = caller()
    if frame is None or frame.f_code.co_name == "<module>":
        return None
    annotations = getattr(func, "__annotations__", None) or {}
    return dict(frame.f_locals) if any(isinstance(value, str) for value in annotations.values()) else None


def location(frame: Optional[types.FrameType]) -> Optional[Dict[str, object]]:
    """File and line of a frame."""
    if frame is None:
        return None
    path = frame.f_code.co_filename
    return {"file": path if path.startswith("<") else os.path.abspath(path), "line": frame.f_lineno}
