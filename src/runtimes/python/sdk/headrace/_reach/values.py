"""Values of constants: those that are plain data are compared by value, wherever they come from."""

from __future__ import annotations

import datetime
import enum
import pathlib
import uuid
from decimal import Decimal
from typing import Any, List, Optional

from headrace._reach.facts import digest_of

__all__ = ["digest_of_data"]

_MOST_ITEMS = 10_000
_PLAIN = (bool, int, float, complex, str, bytes, type(None))
_PRINTED = (
    datetime.date,
    datetime.time,
    datetime.timedelta,
    datetime.tzinfo,
    pathlib.PurePath,
    uuid.UUID,
    Decimal,
    range,
    slice,
    type(...),
)


class _NotData(Exception):
    """Some part of the value isn't plain data, or it is too large to be compared item by item."""


def digest_of_data(value: Any) -> Optional[str]:
    """A digest of a value of built-in types, equal in every process; None for other values."""
    parts: List[str] = []
    try:
        _write(value, parts, set())
    except _NotData:
        return None
    return digest_of(parts)


def _write(value: Any, parts: List[str], above: "set[int]") -> None:
    if len(parts) > _MOST_ITEMS or id(value) in above:
        raise _NotData
    kind = type(value)
    if isinstance(value, enum.Enum):
        parts.append(f"{kind.__qualname__}.{value.name}")
    elif kind in _PLAIN or isinstance(value, _PRINTED):
        parts.append(f"{kind.__name__} {value!r}")
    elif kind in (list, tuple):
        parts.append(f"{kind.__name__} {len(value)}")
        for item in value:
            _write(item, parts, above | {id(value)})
    elif kind is dict:
        parts.append(f"dict {len(value)}")
        for key, item in value.items():
            _write(key, parts, above | {id(value)})
            _write(item, parts, above | {id(value)})
    elif kind in (set, frozenset):
        parts.append(f"{kind.__name__} {len(value)}")
        parts.extend(sorted(_text(item) for item in value))
    else:
        raise _NotData


def _text(value: Any) -> str:
    parts: List[str] = []
    _write(value, parts, set())
    return "\0".join(parts)
