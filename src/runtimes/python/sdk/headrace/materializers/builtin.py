"""Numbers, text, None and bytes."""

from __future__ import annotations

from typing import Any, ClassVar, Dict, Tuple, Type

from headrace.enums import ArtifactType, VisualizationType
from headrace.materializers.base import BaseMaterializer
from headrace.materializers.encoding import read_json, write_json
from headrace.metadata_types import MetadataType

__all__ = ["BuiltInMaterializer", "BytesMaterializer"]


class BuiltInMaterializer(BaseMaterializer):
    """`bool`, `int`, `float`, `str` and `None` as JSON."""

    SMALL_AS_JSON: ClassVar[bool] = True
    ASSOCIATED_ARTIFACT_TYPE: ClassVar[ArtifactType] = ArtifactType.DATA
    ASSOCIATED_TYPES: ClassVar[Tuple[Type[Any], ...]] = (bool, int, float, str, type(None))

    def load(self, data_type: Type[Any]) -> Any:
        return read_json(self.path_of("data.json"))

    def save(self, data: Any) -> None:
        with self.create_file("data.json") as file:
            write_json(file, data)

    def save_visualizations(self, data: Any) -> Dict[str, VisualizationType]:
        return {self.path_of("data.json"): VisualizationType.JSON}

    def extract_metadata(self, data: Any) -> Dict[str, MetadataType]:
        return {} if data is None or isinstance(data, str) else {"string_representation": str(data)}


class BytesMaterializer(BaseMaterializer):
    """`bytes` and `bytearray` as they are."""

    ASSOCIATED_ARTIFACT_TYPE: ClassVar[ArtifactType] = ArtifactType.DATA
    ASSOCIATED_TYPES: ClassVar[Tuple[Type[Any], ...]] = (bytes, bytearray)

    def load(self, data_type: Type[Any]) -> Any:
        with open(self.path_of("data.bin"), "rb") as file:
            data = file.read()
        return bytearray(data) if data_type is bytearray else data

    def save(self, data: Any) -> None:
        with self.create_file("data.bin") as file:
            file.write(data)
