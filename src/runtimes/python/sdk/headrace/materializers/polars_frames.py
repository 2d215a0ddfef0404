"""polars DataFrames and Series."""

from __future__ import annotations

from typing import Any, ClassVar, Dict, Tuple, Type

import polars as pl

from headrace.enums import ArtifactType
from headrace.materializers.base import BaseMaterializer
from headrace.metadata_types import DType, MetadataType

__all__ = ["PolarsMaterializer"]

_FILE = "dataframe.parquet"


class PolarsMaterializer(BaseMaterializer):
    """Frames as parquet; a Series as a frame of one column, whose name it keeps."""

    ASSOCIATED_ARTIFACT_TYPE: ClassVar[ArtifactType] = ArtifactType.DATA
    ASSOCIATED_TYPES: ClassVar[Tuple[Type[Any], ...]] = (pl.DataFrame, pl.Series)

    def save(self, data: Any) -> None:
        frame = data.to_frame() if isinstance(data, pl.Series) else data
        frame.write_parquet(self.path_of(_FILE), compression="snappy", row_group_size=65_536)

    def load(self, data_type: Type[Any]) -> Any:
        frame = pl.read_parquet(self.path_of(_FILE), memory_map=False)
        return frame.to_series(0) if issubclass(data_type, pl.Series) else frame

    def extract_metadata(self, data: Any) -> Dict[str, MetadataType]:
        if isinstance(data, pl.Series):
            return {"shape": list(data.shape), "dtype": DType(data.dtype)}
        return {"shape": list(data.shape), "dtype": {name: DType(kind) for name, kind in zip(data.columns, data.dtypes)}}
