"""Any value as JSON that a preview or a piece of metadata can hold: lossy, but always possible and never long."""

from __future__ import annotations

import datetime
import math
from typing import Any, Dict, List, Mapping, Optional, Set

__all__ = ["clip", "plain_json", "safe_repr"]

#: Integers beyond this lose digits in JavaScript, so they are shown as text.
_SAFE_INTEGER = 2**53 - 1
_MOST_TEXT = 2000
_MOST_ITEMS = 1000
_DEEPEST = 12
_PLAIN_REPR: Any = object.__repr__


def plain_json(value: Any, items: int = _MOST_ITEMS, text: int = _MOST_TEXT, depth: int = _DEEPEST) -> Any:
    """A value as JSON. NaN and the infinities become text, as do values that JSON has no word for.

    Args:
        value: Anything.
        items: How many elements of each container to keep.
        text: How many characters of each string to keep.
        depth: How deep to go; what lies below is shown as text.
    """
    return _Plain(items, text).convert(value, depth)


def clip(text: str, most: int) -> str:
    """Text of bounded length, with an ellipsis where it was cut. Half surrogate pairs, which UTF-8 can't hold, become `?`."""
    short = text if len(text) <= most else text[: max(most - 1, 0)] + "…"
    return short if short.isascii() else short.encode("utf-8", "replace").decode("utf-8")


def safe_repr(value: Any, most: int = 200) -> str:
    """`repr` of anything, bounded; the name of the type where there is nothing better to say."""
    name = type(value).__name__
    try:
        if getattr(type(value), "__repr__", None) is _PLAIN_REPR:
            return name
        return clip(_of_fields(value) or repr(value), most)
    except Exception:
        return name


def _of_fields(value: Any) -> Optional[str]:
    """What a dataclass would say of itself, without spelling out a field of a million elements."""
    fields = getattr(value, "__dataclass_fields__", None)
    if not isinstance(fields, dict) or not hasattr(type(value).__repr__, "__wrapped__"):
        return None
    import reprlib

    short = reprlib.Repr()
    short.maxlist = short.maxtuple = short.maxset = short.maxdict = 20
    short.maxstring = short.maxother = 200
    shown = [f"{name}={short.repr(getattr(value, name))}" for name, field in fields.items() if field.repr]
    return f"{type(value).__name__}({', '.join(shown)})"


class _Plain:
    def __init__(self, items: int, text: int) -> None:
        self._items = items
        self._text = text
        self._open: Set[int] = set()

    def convert(self, value: Any, depth: int) -> Any:
        if value is None or value is True or value is False:
            return value
        if isinstance(value, str):
            return clip(str.__str__(value), self._text)
        if isinstance(value, int):
            number = int(value)
            if abs(number) <= _SAFE_INTEGER:
                return number
            return clip(str(number), self._text) if number.bit_length() < 12_000 else f"<{number.bit_length()} bits>"
        if isinstance(value, float):
            return float(value) if math.isfinite(value) else _not_finite(value)
        return self._other(value, depth)

    def _other(self, value: Any, depth: int) -> Any:
        if isinstance(value, (datetime.date, datetime.time)):
            return value.isoformat()
        if isinstance(value, (Mapping, list, tuple, set, frozenset)):
            return self._container(value, depth)
        if hasattr(value, "dtype") and getattr(value, "ndim", None) == 0 and hasattr(value, "item"):
            item = value.item()
            return self.convert(item, depth) if item is not value and depth > 0 else safe_repr(value, self._text)
        if hasattr(value, "tolist") and hasattr(value, "ndim") and getattr(value, "size", self._items + 1) <= self._items:
            return self.convert(value.tolist(), depth)
        if type(value).__module__ == "numpy" and isinstance(value, type):
            return value.__name__
        return safe_repr(value, self._text) if not isinstance(value, type) else f"{value.__module__}.{value.__qualname__}"

    def _container(self, value: Any, depth: int) -> Any:
        if depth <= 0 or id(value) in self._open:
            return "…" if id(value) in self._open else safe_repr(value, self._text)
        self._open.add(id(value))
        try:
            if isinstance(value, Mapping):
                return self._mapping(value, depth)
            answer: List[Any] = []
            for item in value:
                if len(answer) == self._items:
                    break
                answer.append(self.convert(item, depth - 1))
            return answer
        finally:
            self._open.discard(id(value))

    def _mapping(self, value: Mapping[Any, Any], depth: int) -> Any:
        answer: Dict[str, Any] = {}
        for key, item in value.items():
            if len(answer) == self._items:
                break
            answer[clip(key if type(key) is str else str(key), self._text)] = self.convert(item, depth - 1)
        return answer


def _not_finite(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"
