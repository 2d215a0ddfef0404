"""Models and tokenizers of the transformers library."""

from __future__ import annotations

from typing import Any, ClassVar, Dict, Tuple, Type

from transformers import PreTrainedModel, PreTrainedTokenizerBase

from headrace.enums import ArtifactType
from headrace.materializers.base import BaseMaterializer
from headrace.metadata_types import MetadataType

__all__ = ["HFPretrainedMaterializer"]

_FOLDER = "pretrained"


class HFPretrainedMaterializer(BaseMaterializer):
    """Models and tokenizers in the library's own folder format."""

    ASSOCIATED_ARTIFACT_TYPE: ClassVar[ArtifactType] = ArtifactType.MODEL
    ASSOCIATED_TYPES: ClassVar[Tuple[Type[Any], ...]] = (PreTrainedModel, PreTrainedTokenizerBase)

    def save(self, data: Any) -> None:
        data.save_pretrained(self.path_of(_FOLDER))

    def load(self, data_type: Type[Any]) -> Any:
        # The stored class, not the hub: nothing is downloaded and no code but the installed library's runs.
        return data_type.from_pretrained(self.path_of(_FOLDER), local_files_only=True)

    def extract_metadata(self, data: Any) -> Dict[str, MetadataType]:
        if isinstance(data, PreTrainedModel):
            return {"num_params": int(data.num_parameters())}
        return {"vocabulary": int(data.vocab_size)}
