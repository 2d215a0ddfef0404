"""Python values as JSON and back, without losing what JSON has no word for.

What JSON can say is written as JSON says it, so that `{"accuracy": 0.9}` is just that. Everything else is an object with
the member `$type`: `{"$type": "tuple", "items": [1, 2]}`. A dictionary that has such a key itself, or a key that is no
text, is written as its items.
"""

from __future__ import annotations

import base64
import datetime
import decimal
import fractions
import json
import math
import uuid
from typing import Any, Callable, Dict, List, Optional, Set

from headrace.materializers.hashing import HashingFile

__all__ = ["CyclicValueError", "Encoder", "decode", "parse_json", "read_json", "small_json", "write_json"]

TAG = "$type"

#: Integers with more bits than this are written in hexadecimal: Python refuses to read that many decimal digits.
_LONG = 12_000
_SHORT_BYTES = 4096


class CyclicValueError(ValueError):
    """A container holds itself, which a tree of JSON can't say."""


class Encoder:
    """Turns a value into what `json.dumps` takes.

    Args:
        other: Called with values that have no encoding here; answers the JSON that stands for them.
    """

    def __init__(self, other: Optional[Callable[[Any], Any]] = None) -> None:
        self._other = other
        self._open: Set[int] = set()
        self._by_type: Dict[type, Callable[[Any], Any]] = {
            bool: _same,
            type(None): _same,
            str: _same,
            int: _encode_int,
            float: _encode_float,
            list: self._list,
            dict: self._dict,
            tuple: self._tuple,
            set: self._set,
            frozenset: self._set,
            bytes: self._bytes,
            complex: lambda v: _tagged("complex", value=[_encode_float(v.real), _encode_float(v.imag)]),
            decimal.Decimal: lambda v: _tagged("decimal", value=str(v)),
            fractions.Fraction: lambda v: _tagged("fraction", value=str(v)),
            uuid.UUID: lambda v: _tagged("uuid", value=str(v)),
            range: lambda v: _tagged("range", value=[v.start, v.stop, v.step]),
            slice: lambda v: _tagged("slice", items=[self.encode(part) for part in (v.start, v.stop, v.step)]),
            datetime.date: lambda v: _tagged("date", value=v.isoformat()),
            datetime.datetime: self._datetime,
            datetime.timedelta: lambda v: _tagged("timedelta", value=[v.days, v.seconds, v.microseconds]),
        }

    def encode(self, value: Any) -> Any:
        """The JSON of a value.

        Raises:
            CyclicValueError: A container holds itself.
            TypeError: A value has no encoding and there is no `other`.
        """
        encode = self._by_type.get(type(value))
        return encode(value) if encode is not None else self._foreign(value)

    def _foreign(self, value: Any) -> Any:
        if type(value).__module__ == "numpy":
            scalar = _encode_numpy_scalar(value)
            if scalar is not None:
                return scalar
        if self._other is None:
            raise TypeError(f"Values of type {type(value).__name__} have no JSON form.")
        return self._other(value)

    def _each(self, container: Any, values: Any) -> List[Any]:
        mark = id(container)
        if mark in self._open:
            raise CyclicValueError("The container holds itself.")
        self._open.add(mark)
        encode = self.encode
        encoded = [encode(value) for value in values]
        self._open.discard(mark)
        return encoded

    def _list(self, value: List[Any]) -> Any:
        return self._each(value, value)

    def _tuple(self, value: Any) -> Any:
        return _tagged("tuple", items=self._each(value, value))

    def _set(self, value: Any) -> Any:
        items = self._each(value, value)
        # The order of a set differs from process to process; equal sets must give equal files.
        items.sort(key=lambda item: json.dumps(item, sort_keys=True))
        return _tagged(type(value).__name__, items=items)

    def _dict(self, value: Dict[Any, Any]) -> Any:
        values = self._each(value, value.values())
        if TAG not in value and all(type(key) is str for key in value):
            return dict(zip(value, values))
        keys = [self.encode(key) for key in value]
        return _tagged("dict", items=[list(item) for item in zip(keys, values)])

    def _bytes(self, value: bytes) -> Any:
        if len(value) > _SHORT_BYTES and self._other is not None:
            return self._other(value)
        return _tagged("bytes", base64=base64.b64encode(value).decode("ascii"))

    def _datetime(self, value: datetime.datetime) -> Any:
        named_zone = value.tzinfo is not None and type(value.tzinfo) is not datetime.timezone
        if (named_zone or value.fold) and self._other is not None:
            return self._other(value)
        return _tagged("datetime", value=value.isoformat())


def decode(value: Any, other: Optional[Callable[[Dict[str, Any]], Any]] = None) -> Any:
    """The value behind one tagged object; what `json.loads` calls for each object, innermost first."""
    if TAG not in value:
        return value
    kind = value[TAG]
    known = _DECODERS.get(kind)
    if known is not None:
        return known(value)
    if other is not None:
        return other(value)
    raise ValueError(f"Unknown encoding {kind!r}: the payload was written by a newer version of Headrace.")


def write_json(file: HashingFile, value: Any, other: Optional[Callable[[Any], Any]] = None) -> None:
    """Writes a value as UTF-8 JSON."""
    file.write(_json_bytes(value, other))


def _json_bytes(value: Any, other: Optional[Callable[[Any], Any]]) -> bytes:
    encoded = Encoder(other).encode(value)
    try:
        return json.dumps(encoded, ensure_ascii=False, allow_nan=False).encode("utf-8")
    except UnicodeEncodeError:
        # Half a surrogate pair has no UTF-8, but an escape.
        return json.dumps(encoded, allow_nan=False).encode("ascii")


def small_json(value: Any, most_bytes: int) -> Optional[str]:
    """The text that `write_json` would write.

    Args:
        value: Anything.
        most_bytes: How long the text may be, in bytes of UTF-8. What is larger isn't encoded in vain.

    Returns:
        The text; None when it would be longer, or when JSON alone can't hold the value.
    """
    if _size_of(value, most_bytes) > most_bytes:
        return None
    try:
        data = _json_bytes(value, _refuse)
    except (_NeedsFile, CyclicValueError, RecursionError):
        return None
    return data.decode("utf-8") if len(data) <= most_bytes else None


class _NeedsFile(Exception):
    """A value has elements that JSON can't hold."""


def _refuse(value: Any) -> Any:
    raise _NeedsFile


def _size_of(value: Any, most: int) -> int:
    """About how many bytes a value is as JSON, counted until there are more than `most`."""
    size = 0
    waiting = [value]
    while waiting and size <= most:
        item = waiting.pop()
        size += 1
        if isinstance(item, (str, bytes)):
            size += len(item)
        elif isinstance(item, int):
            size += item.bit_length() // 4
        elif isinstance(item, (dict, list, tuple, set, frozenset)):
            size += len(item)
            if size <= most:
                waiting.extend(item)
                waiting.extend(item.values() if isinstance(item, dict) else ())
    return size


def read_json(path: str, other: Optional[Callable[[Dict[str, Any]], Any]] = None) -> Any:
    """Reads what `write_json` wrote."""
    with open(path, encoding="utf-8") as file:
        return parse_json(file.read(), other)


def parse_json(text: str, other: Optional[Callable[[Dict[str, Any]], Any]] = None) -> Any:
    """The value behind what `write_json` wrote."""
    return json.loads(text, object_hook=lambda value: decode(value, other))


def _same(value: Any) -> Any:
    return value


def _tagged(kind: str, **members: Any) -> Dict[str, Any]:
    return {TAG: kind, **members}


def _encode_int(value: int) -> Any:
    return value if value.bit_length() <= _LONG else _tagged("int", hex=hex(value))


def _encode_float(value: float) -> Any:
    return value if math.isfinite(value) else _tagged("float", value=str(value))


def _encode_numpy_scalar(value: Any) -> Any:
    """A NumPy number as itself and its type: metrics are often dictionaries of these."""
    dtype = getattr(value, "dtype", None)
    if dtype is None or getattr(value, "ndim", None) != 0 or not hasattr(value, "item") or type(value).__name__ == "ndarray":
        return None
    if dtype.kind not in "biuf" or dtype.itemsize > 8:
        return None
    item = value.item()
    return _tagged("numpy", dtype=dtype.name, value=_encode_float(item) if dtype.kind == "f" else item)


def _decode_numpy(value: Dict[str, Any]) -> Any:
    import numpy

    return numpy.dtype(value["dtype"]).type(value["value"])


def _decode_float(value: Any) -> float:
    return float(value)


_DECODERS: Dict[str, Callable[[Dict[str, Any]], Any]] = {
    "tuple": lambda v: tuple(v["items"]),
    "set": lambda v: set(v["items"]),
    "frozenset": lambda v: frozenset(v["items"]),
    "dict": lambda v: {key: item for key, item in v["items"]},
    "int": lambda v: int(v["hex"], 16),
    "float": lambda v: _decode_float(v["value"]),
    "complex": lambda v: complex(*v["value"]),
    "bytes": lambda v: base64.b64decode(v["base64"]),
    "decimal": lambda v: decimal.Decimal(v["value"]),
    "fraction": lambda v: fractions.Fraction(v["value"]),
    "uuid": lambda v: uuid.UUID(v["value"]),
    "range": lambda v: range(*v["value"]),
    "slice": lambda v: slice(*v["items"]),
    "date": lambda v: datetime.date.fromisoformat(v["value"]),
    "datetime": lambda v: datetime.datetime.fromisoformat(v["value"]),
    "timedelta": lambda v: datetime.timedelta(*v["value"]),
    "numpy": _decode_numpy,
}
