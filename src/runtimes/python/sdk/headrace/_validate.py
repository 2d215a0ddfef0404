"""Checking and converting values by annotation, as far as ZenML's users rely on it (§1.8).

The rules are those of pydantic's lax mode for the types that appear in signatures. pydantic itself is asked only for its
own models: importing it costs more than a small pipeline takes.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import datetime
import decimal
import enum
import inspect
import pathlib
import typing
import uuid
from typing import Any, Callable, Dict, Mapping, Tuple

from headrace import _annotations

_TRUE = frozenset(("1", "true", "t", "yes", "y", "on"))
_FALSE = frozenset(("0", "false", "f", "no", "n", "off"))


class Mismatch(Exception):
    """A value that doesn't fit its annotation; the message says what was expected and what came."""


def coerce(value: Any, annotation: Any) -> Any:
    """The value as the annotation wants it; the same object where nothing had to change.

    Raises:
        Mismatch: It doesn't fit.
    """
    annotation = _annotations.without_extras(annotation)
    if annotation is Any or annotation is inspect.Parameter.empty or isinstance(annotation, (_annotations.Unknown, str)):
        return value
    if annotation is None or annotation is _annotations.NONE_TYPE:
        return _expect(value is None, value, value, annotation)
    if _annotations.is_union(annotation):
        return _coerce_union(value, annotation)
    if isinstance(annotation, typing.TypeVar):
        return coerce(value, annotation.__bound__) if annotation.__bound__ is not None else value
    supertype = getattr(annotation, "__supertype__", None)
    if supertype is not None:
        return coerce(value, supertype)
    origin = typing.get_origin(annotation)
    if _annotations.is_literal(annotation):
        return _expect(value in typing.get_args(annotation), value, value, annotation)
    if origin is not None:
        return _coerce_generic(value, annotation, origin)
    return _coerce_class(value, annotation) if isinstance(annotation, type) else value


def _expect(fits: bool, result: Any, value: Any, annotation: Any) -> Any:
    if fits:
        return result
    raise Mismatch(
        f"Expected type `{_annotations.show(annotation)}` but received type `{type(value).__name__}`{_shown(value)}."
    )


def _shown(value: Any) -> str:
    if isinstance(value, (bool, int, float, str)):
        text = repr(value)
        return f" ({text if len(text) <= 60 else text[:57] + '…'})"
    return ""


def _coerce_union(value: Any, annotation: Any) -> Any:
    members = typing.get_args(annotation)
    for member in members:
        kinds = _annotations.checkable(member)
        if type(value) in kinds or (not kinds and member is Any):
            try:
                return coerce(value, member)
            except Mismatch:
                continue
    for member in members:
        try:
            return coerce(value, member)
        except Mismatch:
            continue
    return _expect(False, value, value, annotation)


def _coerce_generic(value: Any, annotation: Any, origin: Any) -> Any:
    arguments = typing.get_args(annotation)
    if not isinstance(origin, type):
        return value
    if origin is type:
        return _expect(isinstance(value, type), value, value, annotation)
    value = _coerce_class(value, origin)
    if origin is tuple:
        return _coerce_tuple(value, annotation, arguments)
    if isinstance(value, dict) and len(arguments) == 2:
        return _coerce_dict(value, arguments)
    if isinstance(value, (list, set, frozenset)) and len(arguments) == 1:
        items = [coerce(item, arguments[0]) for item in value]
        return value if all(map(_same, items, value)) else type(value)(items)
    return value


def _coerce_tuple(value: Tuple[Any, ...], annotation: Any, arguments: Tuple[Any, ...]) -> Any:
    if len(arguments) == 2 and arguments[1] is Ellipsis:
        arguments = (arguments[0],) * len(value)
    if not arguments or arguments == ((),):
        return value
    _expect(len(value) == len(arguments), value, value, annotation)
    items = [coerce(item, kind) for item, kind in zip(value, arguments)]
    return value if all(map(_same, items, value)) else tuple(items)


def _coerce_dict(value: Dict[Any, Any], arguments: Tuple[Any, ...]) -> Any:
    items = [(coerce(key, arguments[0]), coerce(item, arguments[1])) for key, item in value.items()]
    unchanged = all(key is old_key and item is old for (key, item), (old_key, old) in zip(items, value.items()))
    return value if unchanged else dict(items)


def _same(one: Any, other: Any) -> bool:
    return one is other


def _coerce_class(value: Any, kind: type) -> Any:
    if type(value) is kind:
        return value
    convert = _CONVERTERS.get(kind)
    if convert is not None:
        return convert(value, kind)
    if not _annotations.checkable(kind):
        return value
    if isinstance(value, kind):
        return value
    if issubclass(kind, enum.Enum):
        return _enum(value, kind)
    if isinstance(value, Mapping):
        return _from_mapping(value, kind)
    if issubclass(kind, pathlib.PurePath) and isinstance(value, (str, pathlib.PurePath)):
        return kind(value)
    return _expect(False, value, value, kind)


def _from_mapping(value: Mapping[str, Any], kind: type) -> Any:
    validate = getattr(kind, "model_validate", None)
    if callable(validate):
        try:
            return validate(value)
        except Exception as error:
            raise Mismatch(f"Expected type `{kind.__name__}`: {error}") from error
    if dataclasses.is_dataclass(kind):
        try:
            return kind(**value)
        except TypeError as error:
            raise Mismatch(f"Expected type `{kind.__name__}`: {error}") from error
    return _expect(False, value, value, kind)


def _enum(value: Any, kind: Any) -> Any:
    try:
        return kind(value)
    except ValueError:
        return _expect(False, value, value, kind)


def _int(value: Any, kind: type) -> Any:
    if isinstance(value, int):
        return int(value) if isinstance(value, bool) else value
    if isinstance(value, float):
        return _expect(value.is_integer(), int(value) if value.is_integer() else value, value, kind)
    if isinstance(value, str):
        return _parsed(int, value, kind)
    return _expect(hasattr(value, "__index__"), value, value, kind).__index__()


def _float(value: Any, kind: type) -> Any:
    if isinstance(value, float):
        return value
    if isinstance(value, str):
        return _parsed(float, value, kind)
    number = isinstance(value, int) or hasattr(value, "__float__") and getattr(value, "shape", ()) == ()
    return float(_expect(number, value, value, kind))


def _bool(value: Any, kind: type) -> Any:
    if isinstance(value, str) and value.lower() in _TRUE | _FALSE:
        return value.lower() in _TRUE
    if isinstance(value, (int, float)) and value in (0, 1):
        return bool(value)
    # numpy has a class of its own for truth values.
    return bool(_expect(type(value).__name__ in ("bool_", "bool"), value, value, kind))


def _str(value: Any, kind: type) -> Any:
    if isinstance(value, bytes):
        return _parsed(bytes.decode, value, kind)
    return _expect(isinstance(value, str), value, value, kind)


def _bytes(value: Any, kind: type) -> Any:
    if isinstance(value, str):
        return value.encode()
    return _expect(isinstance(value, (bytes, bytearray)), value, value, kind)


def _list(value: Any, kind: Any) -> Any:
    if isinstance(value, kind):
        return value
    several = isinstance(value, (list, tuple, set, frozenset, collections.deque, collections.abc.Generator))
    return kind(_expect(several, value, value, kind))


def _dict(value: Any, kind: Any) -> Any:
    return value if isinstance(value, kind) else kind(_expect(isinstance(value, Mapping), value, value, kind))


def _text_of(*parsers: Callable[[str], Any]) -> Callable[[Any, type], Any]:
    """Accepts an instance, or the text that one of the parsers understands."""

    def convert(value: Any, kind: type) -> Any:
        if isinstance(value, kind):
            return value
        if isinstance(value, str):
            for parse in parsers:
                try:
                    return parse(value)
                except (ValueError, ArithmeticError):
                    continue
        return _expect(False, value, value, kind)

    return convert


def _timedelta(value: Any, kind: type) -> Any:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return datetime.timedelta(seconds=value)
    return _expect(isinstance(value, datetime.timedelta), value, value, kind)


def _decimal(value: Any, kind: type) -> Any:
    if isinstance(value, (int, float, str)):
        return _parsed(decimal.Decimal, str(value), kind)
    return _expect(isinstance(value, decimal.Decimal), value, value, kind)


def _parsed(parse: Callable[[Any], Any], value: Any, kind: type) -> Any:
    try:
        return parse(value)
    except (ValueError, ArithmeticError):
        return _expect(False, value, value, kind)


def _instant(text: str) -> datetime.datetime:
    # Before Python 3.11, `fromisoformat` doesn't know the `Z` of UTC.
    return datetime.datetime.fromisoformat(text[:-1] + "+00:00" if text.endswith("Z") else text)


_CONVERTERS: Dict[type, Callable[[Any, type], Any]] = {
    int: _int,
    float: _float,
    bool: _bool,
    str: _str,
    bytes: _bytes,
    list: _list,
    tuple: _list,
    set: _list,
    frozenset: _list,
    dict: _dict,
    uuid.UUID: _text_of(uuid.UUID),
    datetime.datetime: _text_of(_instant),
    datetime.date: _text_of(datetime.date.fromisoformat),
    datetime.time: _text_of(datetime.time.fromisoformat),
    datetime.timedelta: _timedelta,
    decimal.Decimal: _decimal,
}
