"""Previews of built-in values, and of whatever has no preview of its own."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, Tuple

from headrace.previews.plain import clip, plain_json, safe_repr

__all__ = ["preview_text", "preview_value", "summarize", "type_name"]

_MOST_TEXT = 64 << 10
_MOST_BYTES = 256
_MOST_ITEMS = 200
_SUMMARY = 80
_PLAIN = (bool, int, float, str, type(None))
_CONTAINERS = (dict, list, tuple, set, frozenset)


def type_name(value: Any) -> str:
    """The name that people know a type by."""
    return type(value).__name__


def summarize(value: Any) -> str:
    """One line that says what a value is: `0.9667`, `dict of 3`, `ndarray (120, 4) float64`."""
    special = _special(value)
    if special is not None:
        return special[0]
    if isinstance(value, str):
        return clip(" ".join(value[: _SUMMARY * 2].split()), _SUMMARY)
    if isinstance(value, _PLAIN):
        return clip(str(plain_json(value)) if isinstance(value, int) else repr(value), _SUMMARY)
    if isinstance(value, (bytes, bytearray)):
        return f"{type_name(value)}, {_size(len(value))}"
    if isinstance(value, _CONTAINERS):
        return f"{type_name(value)} of {len(value)}"
    text = " ".join(safe_repr(value, _SUMMARY * 2).split())
    return clip(text, _SUMMARY) if text.startswith(type_name(value)) else clip(f"{type_name(value)} {text}", _SUMMARY)


def preview_value(value: Any) -> Dict[str, Any]:
    """The preview of any value; of an opaque one, its type and text."""
    special = _special(value)
    if special is not None:
        return special[1]()
    if isinstance(value, str):
        return preview_text(value, "plain", None) if "\n" in value or len(value) > 200 else _scalar(value)
    if isinstance(value, _PLAIN):
        return _scalar(value)
    if isinstance(value, (bytes, bytearray)):
        return {"kind": "bytes", "length": len(value), "headHex": bytes(value[:_MOST_BYTES]).hex(), "file": "data.bin"}
    if isinstance(value, _CONTAINERS):
        return _container(value)
    return {
        "kind": "opaque",
        "type": f"{type(value).__module__}.{type(value).__qualname__}",
        "text": safe_repr(value, 4000),
        "note": "Stored as a pickle; load it in Python to see more.",
    }


def preview_text(text: str, style: str, file: Any) -> Dict[str, Any]:
    """The preview of text in a format: plain, markdown, html, csv or code."""
    return {
        "kind": "text",
        "format": style,
        "text": clip(text[:_MOST_TEXT], _MOST_TEXT),
        "truncated": len(text) > _MOST_TEXT,
        "file": file,
    }


def _special(value: Any) -> Optional[Tuple[str, Callable[[], Dict[str, Any]]]]:
    """Summary and (made when asked for) preview of values from libraries, alone or inside a container."""
    roots = {str(base.__module__).partition(".")[0] for base in type(value).__mro__}
    if "numpy" in roots:
        from headrace.previews import arrays

        return arrays.special(value)
    if "pandas" in roots or "polars" in roots:
        from headrace.previews import tables

        return tables.special(value)
    if "sklearn" in roots:
        from headrace.previews import estimators

        return estimators.special(value)
    return None


def _scalar(value: Any) -> Dict[str, Any]:
    text = clip(value, 1000) if isinstance(value, str) else str(plain_json(value)) if type(value) is int else repr(value)
    return {"kind": "value", "type": type_name(value), "text": text}


def _container(value: Any) -> Dict[str, Any]:
    if _is_json_like(value, [20_000]):
        head = plain_json(value, _MOST_ITEMS)
        return {"kind": "json", "value": head, "length": len(value), "truncated": _is_cut(value), "file": "data.json"}
    items: List[Tuple[str, Any]] = []
    for at, item in enumerate(value.items() if isinstance(value, dict) else value):
        if at == _MOST_ITEMS:
            break
        items.append((str(plain_json(item[0], 10, 100)), item[1]) if isinstance(value, dict) else (str(at), item))
    return {
        "kind": "items",
        "type": type_name(value),
        "length": len(value),
        "items": [{"key": clip(key, 100), "summary": summarize(item)} for key, item in items],
        "truncated": len(value) > len(items),
    }


def _is_json_like(value: Any, budget: List[int], depth: int = 12) -> bool:
    """Whether a tree shows the value well; looks at a bounded number of elements."""
    budget[0] -= 1
    if budget[0] <= 0:
        return True
    if isinstance(value, _PLAIN):
        return True
    if isinstance(value, _CONTAINERS):
        if depth == 0:
            return True
        items = [*value.keys(), *value.values()] if isinstance(value, dict) else value
        return all(_is_json_like(item, budget, depth - 1) for item in _first(items))
    return getattr(value, "ndim", None) == 0 or type(value).__module__ in ("datetime", "uuid", "decimal", "fractions")


def _first(items: Any) -> List[Any]:
    answer: List[Any] = []
    for item in items:
        if len(answer) == _MOST_ITEMS:
            break
        answer.append(item)
    return answer


def _is_cut(value: Any, depth: int = 12) -> bool:
    if isinstance(value, str):
        return len(value) > 2000
    if not isinstance(value, _CONTAINERS):
        return False
    if len(value) > _MOST_ITEMS or depth == 0:
        return True
    return any(_is_cut(item, depth - 1) for item in (value.values() if isinstance(value, dict) else value))


def _size(count: int) -> str:
    for unit in ("bytes", "KiB", "MiB"):
        if count < 1024:
            return f"{count} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
        count = count / 1024  # type: ignore[assignment]
    return f"{count:.1f} GiB"
