"""Values as JSON: what may be a parameter, and its form on the wire."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import math
import pathlib
import uuid
from typing import Any, Dict, List


class NotJson(TypeError):
    """The value has no JSON form; the message says which part of it."""


def to_json(value: Any) -> Any:
    """The JSON form of a parameter (§1.8: also of enumerations, ids, dates, paths, data classes, pydantic models).

    Raises:
        NotJson: Some part of the value has none.
    """
    if value is None or isinstance(value, (bool, str)) and not isinstance(value, enum.Enum):
        return value
    if isinstance(value, enum.Enum):
        return to_json(value.value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(float(value))
    if isinstance(value, dict):
        return {_key(key): to_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_json(item) for item in value]
    if isinstance(value, (set, frozenset)):
        return _sorted([to_json(item) for item in value])
    return _object_to_json(value)


def is_json(value: Any) -> bool:
    """Whether the value has a JSON form."""
    try:
        to_json(value)
    except NotJson:
        return False
    return True


def _object_to_json(value: Any) -> Any:
    if isinstance(value, (uuid.UUID, pathlib.PurePath, decimal.Decimal)):
        return str(value)
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return value.total_seconds()
    if isinstance(value, bytes):
        return _text(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json(getattr(value, field.name)) for field in dataclasses.fields(value)}
    dump = getattr(value, "model_dump", None)
    if callable(dump) and not isinstance(value, type):
        return to_json(dump(mode="json"))
    if type(value).__module__ == "numpy" and getattr(value, "shape", None) == () and hasattr(value, "item"):
        return to_json(value.item())
    raise NotJson(f"a value of type `{type(value).__module__}.{type(value).__qualname__}`")


def _key(key: Any) -> str:
    if isinstance(key, str) and not isinstance(key, enum.Enum):
        return key
    text = to_json(key)
    if isinstance(text, (dict, list)):
        raise NotJson(f"a dictionary key of type `{type(key).__qualname__}`")
    return text if isinstance(text, str) else _literal(text)


def _literal(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        raise NotJson("bytes that are no UTF-8 text") from None


def _sorted(items: List[Any]) -> List[Any]:
    """A fixed order for sets, whose own differs from process to process."""
    return sorted(items, key=lambda item: (type(item).__name__, repr(item)))


def without_none(values: Dict[str, Any]) -> Dict[str, Any]:
    """Only what was given."""
    return {key: value for key, value in values.items() if value is not None}
