"""Keras models, whether Keras stands alone or came with TensorFlow."""

from __future__ import annotations

from typing import Any, ClassVar, Dict, List, Tuple, Type

import keras

from headrace.enums import ArtifactType
from headrace.materializers.base import BaseMaterializer
from headrace.metadata_types import MetadataType

__all__ = ["KerasMaterializer"]

_FILE = "model.keras"


class KerasMaterializer(BaseMaterializer):
    """Models in the `.keras` format."""

    ASSOCIATED_ARTIFACT_TYPE: ClassVar[ArtifactType] = ArtifactType.MODEL
    ASSOCIATED_TYPES: ClassVar[Tuple[Type[Any], ...]] = (keras.Model,)

    def save(self, data: Any) -> None:
        data.save(self.path_of(_FILE))

    def load(self, data_type: Type[Any]) -> Any:
        return keras.models.load_model(self.path_of(_FILE))

    def extract_metadata(self, data: Any) -> Dict[str, MetadataType]:
        return {
            "num_layers": len(data.layers),
            "num_params": int(data.count_params()),
            "num_trainable_params": sum(_size(weight) for weight in data.trainable_weights),
        }

    def summarize(self, data: Any) -> str:
        return f"{type(data).__name__}, {len(data.layers)} layers, {int(data.count_params()):,} parameters"

    def preview(self, data: Any) -> Dict[str, Any]:
        lines: List[str] = []
        data.summary(print_fn=lambda line, **_: lines.append(str(line)))
        text = "\n".join(lines)
        return {"kind": "opaque", "type": type(data).__name__, "text": text[:20_000], "note": "Summary by Keras."}


def _size(weight: Any) -> int:
    count = 1
    for side in weight.shape:
        count *= int(side)
    return count
