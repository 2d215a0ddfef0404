"""pandas DataFrames and Series."""

from __future__ import annotations

import importlib.util
import json
import os
from typing import Any, ClassVar, Dict, List, Tuple, Type

import pandas as pd

from headrace.enums import ArtifactType
from headrace.materializers.base import BaseMaterializer
from headrace.materializers.pickles import dump_pickle, load_pickle
from headrace.metadata_types import DType, MetadataType

__all__ = ["PandasMaterializer"]

_PARQUET = "df.parquet"
_CSV = "df.csv"
_TYPES = "df.json"
_PICKLE = "df.pkl"
#: The only column of a Series on disk; its name is kept beside it.
_SERIES = "series"


class PandasMaterializer(BaseMaterializer):
    """Frames as parquet where pyarrow is installed, as CSV and a description of their types where it isn't.

    Whatever neither can hold faithfully (objects in cells, sparse columns, attributes of subclasses) is pickled.
    """

    ASSOCIATED_ARTIFACT_TYPE: ClassVar[ArtifactType] = ArtifactType.DATA
    ASSOCIATED_TYPES: ClassVar[Tuple[Type[Any], ...]] = (pd.DataFrame, pd.Series)

    def save(self, data: Any) -> None:
        write = self._write_parquet if importlib.util.find_spec("pyarrow") else self._write_csv
        plain = type(data) in (pd.DataFrame, pd.Series)
        if plain and write(data):
            return
        for name in (_PARQUET, _CSV, _TYPES):
            if os.path.exists(self.path_of(name)):
                os.remove(self.path_of(name))
        with self.create_file(_PICKLE) as file:
            dump_pickle(data, file)

    def load(self, data_type: Type[Any]) -> Any:
        if os.path.exists(self.path_of(_PICKLE)):
            return load_pickle(self.path_of(_PICKLE))
        with open(self.path_of(_TYPES), encoding="utf-8") as file:
            types = json.load(file)
        if os.path.exists(self.path_of(_PARQUET)):
            from headrace.materializers.pandas_parquet import read_parquet

            return read_parquet(self.path_of(_PARQUET), types)
        from headrace.materializers.pandas_csv import read_csv

        return read_csv(self.path_of(_CSV), types)

    def _write_parquet(self, data: Any) -> bool:
        from headrace.materializers.pandas_parquet import write_parquet

        types = write_parquet(data, self.path_of(_PARQUET))
        return self._write_types(types)

    def _write_csv(self, data: Any) -> bool:
        from headrace.materializers.pandas_csv import write_csv

        types = write_csv(data, self.path_of(_CSV))
        return self._write_types(types)

    def _write_types(self, types: Any) -> bool:
        if types is None:
            return False
        with self.create_file(_TYPES) as file:
            file.write(json.dumps(types).encode("utf-8"))
        return True

    def preview(self, data: Any) -> Dict[str, Any]:
        from headrace.previews.tables import preview_frame

        files = [name for name in (_PARQUET, _CSV) if os.path.exists(self.path_of(name))]
        return {**preview_frame(data), "file": files[0] if files else None}

    def extract_metadata(self, data: Any) -> Dict[str, MetadataType]:
        base: Dict[str, MetadataType] = {"shape": list(data.shape)}
        if isinstance(data, pd.Series):
            base["dtype"] = DType(data.dtype)
            return {**base, **_statistics_of_series(data)}
        base["dtype"] = {str(name): DType(dtype) for name, dtype in data.dtypes.items()}
        return {**base, **_statistics_of_frame(data)}


_STATISTICS = ("mean", "std", "min", "max")


def _is_number(dtype: Any) -> bool:
    return bool(pd.api.types.is_numeric_dtype(dtype)) and not pd.api.types.is_complex_dtype(dtype)


def _statistics_of_series(series: Any) -> Dict[str, MetadataType]:
    if not _is_number(series.dtype) or not len(series):
        return {}
    return {name: _plain(getattr(series, name)()) for name in _STATISTICS}


def _statistics_of_frame(frame: Any) -> Dict[str, MetadataType]:
    positions: List[int] = [at for at, dtype in enumerate(frame.dtypes) if _is_number(dtype)]
    if not positions or not len(frame):
        return {}
    numbers = frame.iloc[:, positions]
    answer: Dict[str, MetadataType] = {}
    for name in _STATISTICS:
        values = getattr(numbers, name)()
        answer[name] = {str(column): _plain(value) for column, value in zip(values.index, values)}
    return answer


def _plain(value: Any) -> Any:
    return value.item() if hasattr(value, "item") else value
