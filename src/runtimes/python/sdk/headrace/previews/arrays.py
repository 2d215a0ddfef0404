"""NumPy arrays: shape, statistics, histogram and a small head."""

from __future__ import annotations

import math
from typing import Any, Callable, Dict, List, Optional, Tuple

import numpy as np

from headrace.metadata_types import MetadataType
from headrace.previews.plain import clip, plain_json

__all__ = ["array_metadata", "bound", "number_summary", "preview_array", "special", "text_statistics"]

#: Statistics of larger arrays come from this many values, evenly spaced.
SAMPLE = 1 << 20
#: Metadata is compared from run to run, so it is exact up to here.
EXACT = 1 << 23
_BINS = 20
_HEAD_ROWS = 20
_HEAD_COLUMNS = 50


def special(value: Any) -> Optional[Tuple[str, Callable[[], Dict[str, Any]]]]:
    """Summary line and preview of an array or a scalar."""
    if isinstance(value, np.generic):
        text = clip(str(plain_json(value)), 200)
        return text, lambda: {"kind": "value", "type": value.dtype.name, "text": text}
    if not isinstance(value, np.ndarray):
        return None
    return f"{type(value).__name__} {_shape(value)} {value.dtype}", lambda: preview_array(value)


def preview_array(array: Any) -> Dict[str, Any]:
    """The `array` preview of src/core/preview.ts."""
    return {
        "kind": "array",
        "shape": list(array.shape),
        "dtype": str(array.dtype),
        "statistics": number_summary(array),
        "head": _head(array),
        "file": "data.npy" if _can_be_paged(array) else None,
        "truncated": array.size > SAMPLE or any(n > m for n, m in zip(array.shape[::-1], _limits(array.ndim)[::-1])),
    }


def _can_be_paged(array: Any) -> bool:
    """Whether Headrace reads the file by itself (src/artifacts/readers/npyTypes.ts): no records, no numbers of 80 bits."""
    kind, size = array.dtype.kind, array.dtype.itemsize
    is_known = kind in "buiUSMm" or (kind == "f" and size <= 8) or (kind == "c" and size <= 16)
    return is_known and type(array) in (np.ndarray, np.memmap)


def number_summary(array: Any) -> Optional[Dict[str, Any]]:
    """Count, missing, range, mean, deviation and histogram of numbers; None for anything else."""
    if array.dtype.kind not in "biuf":
        return None
    values, sampled = sample(array)
    finite = values[np.isfinite(values)] if values.dtype.kind == "f" else values
    missing = int(np.isnan(values).sum()) if values.dtype.kind == "f" else 0
    answer: Dict[str, Any] = {
        "count": int(array.size),
        "missing": missing if not sampled else round(missing * array.size / max(values.size, 1)),
        "min": None,
        "max": None,
        "mean": None,
        "std": None,
        "histogram": None,
    }
    if values.size - finite.size > missing:
        answer["infinite"] = round((values.size - finite.size - missing) * array.size / values.size)
    if sampled:
        answer["sample"] = int(values.size)
    if finite.size:
        wide = finite.astype(np.float64)
        low, high = wide.min(), wide.max()
        answer.update(min=bound(finite.min()), max=bound(finite.max()))
        with np.errstate(all="ignore"):
            answer.update(mean=_number(wide.mean()), std=_number(wide.std()))
        answer["histogram"] = _histogram(wide, float(low), float(high))
    return answer


def sample(array: Any, most: int = SAMPLE) -> Tuple[Any, bool]:
    """The values of an array in one dimension, or so many of them that are evenly spaced."""
    if array.size <= most:
        return array.reshape(-1), False
    step = -(-array.size // most)
    if array.flags.c_contiguous:
        return array.reshape(-1)[::step], True
    if array.flags.f_contiguous:
        return array.T.reshape(-1)[::step], True
    return array.flat[::step], True


def array_metadata(array: Any) -> Dict[str, MetadataType]:
    """The metadata that arrays have in ZenML, beyond shape and type (zenml-semantics §5.3)."""
    if array.size == 0:
        return {}
    if array.dtype.kind in "biuf":
        values, sampled = sample(array, EXACT)
        wide = values.astype(np.float64, copy=False)
        with np.errstate(all="ignore"):
            answer: Dict[str, MetadataType] = {
                "mean": float(wide.mean()),
                "std": float(wide.std()),
                "min": values.min().item(),
                "max": values.max().item(),
            }
        return {**answer, "statistics_sample": int(values.size)} if sampled else answer
    return text_statistics(array) if array.dtype.kind in "USO" else {}


def text_statistics(array: Any) -> Dict[str, MetadataType]:
    """Words of an array of text; nothing when it holds other objects."""
    values, _ = sample(array)
    words: List[str] = [word for text in values.tolist() if isinstance(text, str) for word in text.split()]
    if not words:
        return {}
    counts: Dict[str, int] = {}
    for word in words:
        counts[word] = counts.get(word, 0) + 1
    common = max(counts, key=lambda word: counts[word])
    return {
        "unique_words": len(counts),
        "total_words": len(words),
        "most_common_word": clip(common, 200),
        "most_common_count": counts[common],
    }


def _histogram(values: Any, low: float, high: float) -> Optional[Dict[str, Any]]:
    if not (math.isfinite(high - low)):
        return None
    bins = _BINS if high > low else 1
    try:
        counts, edges = np.histogram(values, bins=bins, range=(low, high))
    except ValueError:
        # Numbers so close together that no twenty edges fit between them.
        counts, edges = np.array([values.size]), np.array([low, high])
    return {"edges": [float(edge) for edge in edges], "counts": [int(count) for count in counts]}


def bound(value: Any) -> Any:
    """The smallest or largest value as a number of JSON: booleans as 0 and 1, integers that JavaScript lacks as floats."""
    item = value.item() if hasattr(value, "item") else value
    return float(item) if isinstance(item, int) and abs(item) > 2**53 else item + 0


def _number(value: Any) -> Optional[float]:
    number = float(value)
    return number if math.isfinite(number) else None


def _limits(dimensions: int) -> Tuple[int, ...]:
    """How much of each dimension the head holds: a plane of the last two, two of each before."""
    if dimensions <= 1:
        return (_HEAD_COLUMNS * 2,) * dimensions
    return (2,) * (dimensions - 2) + (_HEAD_ROWS, _HEAD_COLUMNS)


def _head(array: Any) -> Any:
    limits = _limits(array.ndim)
    if array.ndim > 6:
        limits = (1,) * (array.ndim - 2) + limits[-2:]
    part = array[tuple(slice(0, limit) for limit in limits)]
    if part.dtype.kind in "mM":
        part = part.astype(str)
    return plain_json(part.tolist(), 1000, 100, 32)


def _shape(array: Any) -> str:
    return str(tuple(int(n) for n in array.shape))
