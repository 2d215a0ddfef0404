"""pydantic models, of both major versions."""

from __future__ import annotations

import json
from typing import Any, ClassVar, Dict, Tuple, Type

from pydantic import BaseModel

from headrace.enums import ArtifactType, VisualizationType
from headrace.materializers.base import BaseMaterializer
from headrace.metadata_types import MetadataType
from headrace.previews.plain import clip, plain_json

__all__ = ["PydanticMaterializer"]


class PydanticMaterializer(BaseMaterializer):
    """Models as the JSON that they write themselves."""

    ASSOCIATED_ARTIFACT_TYPE: ClassVar[ArtifactType] = ArtifactType.DATA
    ASSOCIATED_TYPES: ClassVar[Tuple[Type[Any], ...]] = (BaseModel,)

    def save(self, data: Any) -> None:
        with self.create_file("data.json") as file:
            file.write(_to_json(data).encode("utf-8"))

    def load(self, data_type: Type[Any]) -> Any:
        with open(self.path_of("data.json"), encoding="utf-8") as file:
            text = file.read()
        if not (isinstance(data_type, type) and issubclass(data_type, BaseModel)):
            raise ImportError(
                "The class of this pydantic model can't be imported here. Import the module that defines it first."
            )
        return data_type.model_validate_json(text) if hasattr(data_type, "model_validate_json") else data_type.parse_raw(text)

    def save_visualizations(self, data: Any) -> Dict[str, VisualizationType]:
        return {self.path_of("data.json"): VisualizationType.JSON}

    def extract_metadata(self, data: Any) -> Dict[str, MetadataType]:
        return {"schema": data.model_json_schema() if hasattr(data, "model_json_schema") else data.schema()}

    def summarize(self, data: Any) -> str:
        return clip(f"{type(data).__name__}({data})", 80)

    def preview(self, data: Any) -> Dict[str, Any]:
        value = json.loads(_to_json(data))
        return {
            "kind": "json",
            "value": plain_json(value, 200),
            "length": len(value) if isinstance(value, (dict, list)) else None,
            "truncated": False,
            "file": "data.json",
        }


def _to_json(data: Any) -> str:
    return str(data.model_dump_json() if hasattr(data, "model_dump_json") else data.json())
