"""Frames as parquet, such that what is read equals what was written."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

import pandas as pd

from headrace.materializers.encoding import Encoder, decode

__all__ = ["describe", "read_parquet", "restore", "same_index", "write_parquet"]

#: Small row groups let a reader show a page in the middle without unpacking all of it.
_CELLS_PER_GROUP = 500_000
_ROWS_PER_GROUP = (1000, 65_536)
#: What may be in a column of objects: other things would come back as arrays, structures or text.
_FAITHFUL_OBJECTS = ("string", "bytes", "empty", "date", "decimal")
_SERIES = "series"


def write_parquet(data: Any, path: str) -> Optional[Dict[str, Any]]:
    """Writes a DataFrame or Series.

    Returns:
        What parquet doesn't remember, for `read_parquet`; None when parquet can't hold this frame.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    is_series = isinstance(data, pd.Series)
    frame = data.to_frame(_SERIES) if is_series else data
    if not is_named_plainly(frame) or not all(_is_faithful(frame.iloc[:, at]) for at in range(frame.shape[1])):
        return None
    try:
        types = describe(data, frame)
        table = pa.Table.from_pandas(frame, preserve_index=None)
        pq.write_table(table, path, compression="snappy", row_group_size=_rows_per_group(frame.shape[1]))
    except (pa.ArrowException, TypeError, ValueError, NotImplementedError):
        return None
    return types


def read_parquet(path: str, types: Dict[str, Any]) -> Any:
    """Reads what `write_parquet` wrote."""
    import pyarrow.parquet as pq

    return restore(pq.read_table(path).to_pandas(), types)


def _rows_per_group(columns: int) -> int:
    least, most = _ROWS_PER_GROUP
    return min(most, max(least, _CELLS_PER_GROUP // max(columns, 1)))


def is_named_plainly(frame: Any) -> bool:
    """Whether column names are unique and of one type, so that they can be written as text and restored."""
    mixed = str(pd.api.types.infer_dtype(frame.columns, skipna=True)).startswith("mixed")
    return bool(frame.columns.is_unique) and (not mixed or frame.columns.nlevels > 1)


def _is_faithful(column: Any) -> bool:
    if isinstance(column.dtype, pd.SparseDtype):
        return False
    return column.dtype != object or pd.api.types.infer_dtype(column, skipna=True) in _FAITHFUL_OBJECTS


def describe(data: Any, frame: Any) -> Dict[str, Any]:
    """What a file format forgets of a frame.

    Raises:
        TypeError: A name has no encoding, or the index holds objects.
    """
    encoder = Encoder()
    index = data.index
    levels = index.levels if isinstance(index, pd.MultiIndex) else [index]
    if any(level.dtype == object and pd.api.types.infer_dtype(level, skipna=True) not in _FAITHFUL_OBJECTS for level in levels):
        raise TypeError("The index holds objects.")
    return {
        "kind": "series" if isinstance(data, pd.Series) else "frame",
        "name": encoder.encode(data.name) if isinstance(data, pd.Series) else None,
        "columns": [encoder.encode(name) for name in frame.columns],
        "columnNames": [encoder.encode(name) for name in frame.columns.names],
        "columnRange": range_of(frame.columns),
        "none": [at for at in range(frame.shape[1]) if _marks_missing_by_none(frame.iloc[:, at])],
        "dtypes": [str(dtype) for dtype in frame.dtypes],
        "indexNames": [encoder.encode(name) for name in index.names],
        "indexDtype": None if isinstance(index, pd.MultiIndex) else str(index.dtype),
        "frequency": getattr(index, "freqstr", None),
        "attributes": encoder.encode(data.attrs),
    }


def range_of(index: Any) -> Optional[List[int]]:
    """Start, stop and step of an index that counts; None for others."""
    return [index.start, index.stop, index.step] if isinstance(index, pd.RangeIndex) else None


def _marks_missing_by_none(column: Any) -> bool:
    if column.dtype != object:
        return False
    missing = column[column.isna()]
    return len(missing) > 0 and missing.iloc[0] is None


def restore(frame: Any, types: Dict[str, Any]) -> Any:
    """Gives a frame back the names, types and attributes it had."""
    for at, dtype in enumerate(types["dtypes"]):
        if str(frame.dtypes.iloc[at]) != dtype and dtype != "category":
            frame.isetitem(at, frame.iloc[:, at].astype(dtype))
    for at in types["none"]:
        column = frame.iloc[:, at]
        frame.isetitem(at, column.where(column.notna(), None))
    frame.columns = _column_index(types, frame.columns)
    frame.index.names = [_decoded(name) for name in types["indexNames"]]
    if types["indexDtype"] not in (None, "category", str(frame.index.dtype)):
        frame.index = frame.index.astype(types["indexDtype"])
    if types["frequency"] is not None and hasattr(frame.index, "freq"):
        frame.index.freq = types["frequency"]
    answer = frame
    if types["kind"] == "series":
        answer = frame.iloc[:, 0]
        answer.name = _decoded(types["name"])
    answer.attrs = _decoded(types["attributes"])
    return answer


def same_index(left: Any, right: Any) -> bool:
    """Whether two indexes agree in values, type and names."""
    return bool(left.equals(right)) and left.dtype == right.dtype and list(left.names) == list(right.names)


def _column_index(types: Dict[str, Any], read: Any) -> Any:
    names: List[Any] = [_decoded(name) for name in types["columns"]]
    level_names = [_decoded(name) for name in types["columnNames"]]
    if types["columnRange"] is not None:
        return pd.RangeIndex(*types["columnRange"], name=level_names[0])
    if len(level_names) > 1:
        return pd.MultiIndex.from_tuples(names, names=level_names)
    if list(read) == names and names:
        return read.set_names(level_names)
    return pd.Index(names, name=level_names[0])


def _decoded(value: Any) -> Any:
    if isinstance(value, list):
        return [_decoded(item) for item in value]
    if not isinstance(value, dict):
        return value
    return decode({key: _decoded(item) for key, item in value.items()})
