"""pandas and polars tables: columns with their types, summaries and histograms, and the first rows."""

from __future__ import annotations

import time
from typing import Any, Callable, Dict, List, Optional, Tuple

import numpy as np

from headrace.previews.arrays import bound, number_summary
from headrace.previews.plain import clip, plain_json

__all__ = ["preview_frame", "special", "summarize_frame"]

_COLUMNS = 50
_ROWS = 100
#: Columns of longer tables are summarized from this many rows, evenly spaced.
_SAMPLE = 100_000
_TOP = 10
#: Seconds after which the remaining columns are listed by name and type alone.
_PATIENCE = 0.5


def special(value: Any) -> Optional[Tuple[str, Callable[[], Dict[str, Any]]]]:
    """Summary line and preview of a frame or a series; None for other things of the libraries."""
    if not hasattr(value, "shape") or not (hasattr(value, "columns") or hasattr(value, "to_frame")):
        return None
    if any(base.__name__ in ("DataFrame", "Series") for base in type(value).__mro__):
        return summarize_frame(value), lambda: preview_frame(value)
    return None


def summarize_frame(value: Any) -> str:
    """`DataFrame 150 × 5`, `Series 150 float64`."""
    name = type(value).__name__
    if len(value.shape) == 2:
        return f"{name} {value.shape[0]} × {value.shape[1]}"
    return f"{name} {value.shape[0]} {value.dtype}"


def preview_frame(value: Any) -> Dict[str, Any]:
    """The `table` preview of src/core/preview.ts; of a series, a table with one column."""
    adapter = _adapter(value)
    names = adapter.names
    head = adapter.head(_ROWS, _COLUMNS)
    return {
        "kind": "table",
        "rows": int(value.shape[0]),
        "columns": _columns(adapter),
        "columnCount": len(names),
        "index": adapter.index_name,
        "head": head,
        "indexHead": adapter.index_head(_ROWS),
        "file": adapter.file,
        "truncated": value.shape[0] > _ROWS or len(names) > _COLUMNS,
    }


def _columns(adapter: Any) -> List[Dict[str, Any]]:
    started = time.monotonic()
    answer = []
    for at in range(min(len(adapter.names), _COLUMNS)):
        column = {
            "name": clip(str(adapter.names[at]), 200),
            "type": adapter.type_of(at),
            "kind": adapter.kind_of(at),
            "missing": 0,
            "distinct": None,
            "number": None,
            "top": [],
        }
        if time.monotonic() - started < _PATIENCE:
            try:
                column.update(adapter.summary_of(at))
            except Exception:  # A column of strange objects is still a column.
                column["kind"] = "other"
        answer.append(column)
    return answer


def _adapter(value: Any) -> Any:
    root = next(r for r in (str(b.__module__).partition(".")[0] for b in type(value).__mro__) if r in ("pandas", "polars"))
    return PolarsTable(value) if root == "polars" else PandasTable(value)


class PandasTable:
    """How a pandas table answers the questions of a preview."""

    def __init__(self, value: Any) -> None:
        self._frame = value.to_frame("series" if value.name is None else value.name) if len(value.shape) == 1 else value
        step = -(-len(self._frame) // _SAMPLE)
        self._sample = self._frame.iloc[::step] if step > 1 else self._frame
        self.names = list(self._frame.columns)
        self.file: Optional[str] = None

    @property
    def index_name(self) -> Optional[str]:
        index = self._frame.index
        if type(index).__name__ == "RangeIndex" and index.name is None:
            return None
        return clip(" / ".join("" if name is None else str(name) for name in index.names), 200)

    def head(self, rows: int, columns: int) -> List[Any]:
        part = self._frame.iloc[:rows, :columns]
        cells = [[_cell(item) for item in part.iloc[:, at]] for at in range(part.shape[1])]
        return [list(row) for row in zip(*cells)] if cells else [[] for _ in range(len(part))]

    def index_head(self, rows: int) -> List[Any]:
        return [_cell(label) for label in self._frame.index[:rows]]

    def type_of(self, at: int) -> str:
        return clip(str(self._frame.dtypes.iloc[at]), 100)

    def kind_of(self, at: int) -> str:
        dtype = self._frame.dtypes.iloc[at]
        kind = getattr(dtype, "kind", "O")
        if kind == "b":
            return "boolean"
        if kind in "iuf":
            return "number"
        if kind in "mM" or type(dtype).__name__ in ("DatetimeTZDtype", "PeriodDtype"):
            return "time"
        return "text" if type(dtype).__name__ in ("StringDtype", "CategoricalDtype") or kind in "OU" else "other"

    def summary_of(self, at: int) -> Dict[str, Any]:
        column = self._sample.iloc[:, at]
        scale = len(self._frame) / max(len(column), 1)
        answer: Dict[str, Any] = {"missing": int(self._frame.iloc[:, at].isna().sum()), "top": []}
        kind = self.kind_of(at)
        if kind == "number":
            answer["number"] = _number_summary(column.to_numpy(dtype="float64", na_value=np.nan), column, scale)
        present = column.dropna()
        if kind != "number" or len(present) <= 20_000:
            counts = present.value_counts()
            answer["distinct"] = len(counts) if scale <= 1 else None
            if kind in ("text", "boolean", "other", "time") or len(counts) <= _TOP:
                answer["top"] = [
                    {"value": clip(str(plain_json(value)), 200), "count": int(count)}
                    for value, count in counts.iloc[:_TOP].items()
                ]
        return answer


def _number_summary(values: Any, column: Any, scale: float) -> Optional[Dict[str, Any]]:
    summary = number_summary(values)
    if summary is None:
        return None
    if getattr(column.dtype, "kind", "f") in "iu" and summary["min"] is not None and not column.hasnans:
        summary.update(min=bound(column.min()), max=bound(column.max()))
    if scale > 1:
        summary.update(count=round(summary["count"] * scale), missing=round(summary["missing"] * scale), sample=len(values))
    return summary


class PolarsTable:
    """How a polars table answers the same questions."""

    def __init__(self, value: Any) -> None:
        self._frame = value.to_frame() if len(value.shape) == 1 else value
        step = -(-len(self._frame) // _SAMPLE)
        self._sample = self._frame.gather_every(step) if step > 1 else self._frame
        self.names = list(self._frame.columns)
        self.file: Optional[str] = "dataframe.parquet"
        self.index_name: Optional[str] = None

    def head(self, rows: int, columns: int) -> List[Any]:
        part = self._frame.select(self.names[:columns]).head(rows)
        return [[_cell(item) for item in row] for row in part.rows()]

    def index_head(self, rows: int) -> List[Any]:
        return list(range(min(rows, len(self._frame))))

    def type_of(self, at: int) -> str:
        return clip(str(self._frame.dtypes[at]), 100)

    def kind_of(self, at: int) -> str:
        dtype = self._frame.dtypes[at]
        name = str(dtype)
        if name == "Boolean":
            return "boolean"
        if dtype.is_numeric():
            return "number"
        return "time" if dtype.is_temporal() else "text" if name in ("String", "Utf8", "Categorical") else "other"

    def summary_of(self, at: int) -> Dict[str, Any]:
        column = self._sample.to_series(at)
        scale = len(self._frame) / max(len(column), 1)
        answer: Dict[str, Any] = {"missing": int(self._frame.to_series(at).null_count())}
        if self.kind_of(at) == "number":
            answer["number"] = _number_summary(np.array([np.nan if v is None else v for v in column], dtype="float64"), column, scale)
            return answer
        counts = column.drop_nulls().value_counts(sort=True)
        answer["distinct"] = len(counts) if scale <= 1 else None
        answer["top"] = [
            {"value": clip(str(plain_json(row[0])), 200), "count": int(row[1])} for row in counts.head(_TOP).rows()
        ]
        return answer


def _cell(value: Any) -> Any:
    if type(value).__name__ in ("NaTType", "NAType") or (isinstance(value, float) and value != value):
        return None
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return plain_json(value, 50, 500, 4)
