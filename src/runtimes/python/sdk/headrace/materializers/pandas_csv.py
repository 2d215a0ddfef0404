"""Frames as CSV with a description of their types, for interpreters without pyarrow."""

from __future__ import annotations

import csv
from typing import Any, Dict, List, Optional

import pandas as pd

from headrace.materializers.pandas_parquet import describe, is_named_plainly, range_of, restore, same_index

__all__ = ["read_csv", "write_csv"]

#: How a missing value is written, so that an empty text stays one.
_MISSING = "\\N"
#: pandas 3 reads floats exactly by itself and warns when told to.
_EXACT_FLOATS: Dict[str, Any] = {"float_precision": "round_trip"} if int(pd.__version__.split(".")[0]) < 3 else {}


def write_csv(data: Any, path: str) -> Optional[Dict[str, Any]]:
    """Writes a DataFrame or Series, and reads it again to be sure.

    Returns:
        What CSV doesn't remember, for `read_csv`; None when CSV can't hold this frame.
    """
    frame = data.to_frame("series") if isinstance(data, pd.Series) else data
    if not is_named_plainly(frame) or frame.columns.nlevels > 1 or isinstance(frame.index, pd.MultiIndex):
        return None
    try:
        types = {**describe(data, frame), "rangeIndex": range_of(frame.index), "categories": _categories_of(frame)}
        _write(frame, path, types)
        return types if _equals(read_csv(path, types), data) else None
    except (TypeError, ValueError, KeyError, OverflowError):
        return None


def read_csv(path: str, types: Dict[str, Any]) -> Any:
    """Reads what `write_csv` wrote."""
    offset = 0 if types["rangeIndex"] is not None else 1
    kinds = ([types["indexDtype"]] if offset else []) + types["dtypes"]
    readable: Dict[int, Any] = {at: _dtype_for_reading(kind) for at, kind in enumerate(kinds)}
    table = pd.read_csv(
        path,
        header=None,
        skiprows=1,
        dtype=readable,
        keep_default_na=False,
        na_values=[_MISSING],
        skip_blank_lines=False,
        names=list(range(len(kinds))),
        **_EXACT_FLOATS,
    )
    for at, kind in enumerate(kinds):
        if readable[at] is str:
            table.isetitem(at, _from_text(table.iloc[:, at], kind, types["categories"].get(str(at - offset))))
    frame = table.iloc[:, offset:].copy()
    frame.index = pd.RangeIndex(*types["rangeIndex"]) if not offset else pd.Index(table.iloc[:, 0])
    return restore(frame, types)


def _write(frame: Any, path: str, types: Dict[str, Any]) -> None:
    index = types["rangeIndex"] is None
    header: List[str] = [str(name) for name in frame.columns]
    frame.to_csv(
        path,
        index=index,
        index_label="index" if index else None,
        header=header,
        na_rep=_MISSING,
        quoting=csv.QUOTE_MINIMAL,
        encoding="utf-8",
    )


def _dtype_for_reading(kind: str) -> Any:
    """The type that the parser reads by itself; text for those that need care."""
    plain = kind.startswith(("int", "uint", "float", "Int", "UInt", "Float")) or kind in ("bool", "boolean")
    return kind if plain else str


def _categories_of(frame: Any) -> Dict[str, Any]:
    """Categories of the columns that have some; text only, as others would be read as text."""
    found: Dict[str, Any] = {}
    for at in range(frame.shape[1]):
        dtype = frame.dtypes.iloc[at]
        if isinstance(dtype, pd.CategoricalDtype):
            names = list(dtype.categories)
            if not all(type(name) is str for name in names):
                raise TypeError("Only categories of text fit a CSV file.")
            found[str(at)] = {"names": names, "ordered": bool(dtype.ordered), "type": str(dtype.categories.dtype)}
    return found


def _from_text(column: Any, kind: str, categories: Optional[Dict[str, Any]]) -> Any:
    if categories is not None:
        names = pd.Index(categories["names"], dtype=categories["type"])
        return column.astype(pd.CategoricalDtype(names, categories["ordered"]))
    column = column.astype(object).where(column.notna(), None)
    if kind.startswith("datetime64"):
        return pd.to_datetime(column, format="ISO8601", utc="," in kind).astype(kind)
    if kind.startswith("timedelta64"):
        return pd.to_timedelta(column).astype(kind)
    return column.astype(kind)


def _equals(read: Any, written: Any) -> bool:
    same_types = isinstance(written, pd.Series) or list(read.dtypes) == list(written.dtypes)
    return bool(read.equals(written)) and same_types and same_index(read.index, written.index)
