"""Datasets of the Hugging Face library."""

from __future__ import annotations

from typing import Any, ClassVar, Dict, Tuple, Type

from datasets import Dataset, DatasetDict, load_from_disk

from headrace.enums import ArtifactType
from headrace.materializers.base import BaseMaterializer
from headrace.metadata_types import MetadataType

__all__ = ["HFDatasetMaterializer"]

_FOLDER = "hf_datasets"


class HFDatasetMaterializer(BaseMaterializer):
    """Datasets and dictionaries of them in the library's own folder format."""

    ASSOCIATED_ARTIFACT_TYPE: ClassVar[ArtifactType] = ArtifactType.DATA
    ASSOCIATED_TYPES: ClassVar[Tuple[Type[Any], ...]] = (Dataset, DatasetDict)

    def save(self, data: Any) -> None:
        data.save_to_disk(self.path_of(_FOLDER))

    def load(self, data_type: Type[Any]) -> Any:
        return load_from_disk(self.path_of(_FOLDER))

    def extract_metadata(self, data: Any) -> Dict[str, MetadataType]:
        if isinstance(data, Dataset):
            return {"length": len(data), "columns": list(data.column_names)}
        return {"length": {str(name): len(split) for name, split in data.items()}}

    def summarize(self, data: Any) -> str:
        if isinstance(data, Dataset):
            return f"Dataset {len(data)} × {len(data.column_names)}"
        return f"DatasetDict ({', '.join(f'{name}: {len(split)}' for name, split in data.items())})"
