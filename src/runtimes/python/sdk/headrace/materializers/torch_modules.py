"""PyTorch modules, tensors, datasets and data loaders."""

from __future__ import annotations

from typing import Any, ClassVar, Dict, Tuple, Type

import torch
from torch.utils.data import DataLoader, Dataset

from headrace.enums import ArtifactType
from headrace.materializers.base import BaseMaterializer
from headrace.metadata_types import DType, MetadataType

__all__ = ["PyTorchDataLoaderMaterializer", "PyTorchModuleMaterializer", "PyTorchTensorMaterializer"]


class _TorchFileMaterializer(BaseMaterializer):
    """Base of what `torch.save` writes as one file."""

    SKIP_REGISTRATION: ClassVar[bool] = True
    _FILE: ClassVar[str] = "data.pt"

    def save(self, data: Any) -> None:
        _save(data, self.path_of(self._FILE))

    def load(self, data_type: Type[Any]) -> Any:
        return _load(self.path_of(self._FILE))


class PyTorchModuleMaterializer(_TorchFileMaterializer):
    """Modules whole, and their state by itself for code that wants only the weights."""

    ASSOCIATED_ARTIFACT_TYPE: ClassVar[ArtifactType] = ArtifactType.MODEL
    ASSOCIATED_TYPES: ClassVar[Tuple[Type[Any], ...]] = (torch.nn.Module,)
    _FILE: ClassVar[str] = "entire_model.pt"

    def save(self, data: Any) -> None:
        super().save(data)
        _save(data.state_dict(), self.path_of("checkpoint.pt"))

    def extract_metadata(self, data: Any) -> Dict[str, MetadataType]:
        parameters = list(data.parameters())
        return {
            "num_params": sum(int(p.numel()) for p in parameters),
            "num_trainable_params": sum(int(p.numel()) for p in parameters if p.requires_grad),
        }

    def summarize(self, data: Any) -> str:
        count = sum(int(p.numel()) for p in data.parameters())
        return f"{type(data).__name__}, {count:,} parameters"


class PyTorchTensorMaterializer(_TorchFileMaterializer):
    """Tensors with their type and device."""

    ASSOCIATED_ARTIFACT_TYPE: ClassVar[ArtifactType] = ArtifactType.DATA
    ASSOCIATED_TYPES: ClassVar[Tuple[Type[Any], ...]] = (torch.Tensor,)

    def extract_metadata(self, data: Any) -> Dict[str, MetadataType]:
        return {"shape": list(data.shape), "dtype": DType(data.dtype), "device": str(data.device)}

    def summarize(self, data: Any) -> str:
        return f"{type(data).__name__} {tuple(data.shape)} {data.dtype}"

    def preview(self, data: Any) -> Dict[str, Any]:
        from headrace.previews.arrays import preview_array

        array = data.detach().cpu().resolve_conj().resolve_neg()
        array = array.float() if array.dtype == torch.bfloat16 else array
        return {**preview_array(array.numpy()), "dtype": str(data.dtype), "file": None}


class PyTorchDataLoaderMaterializer(_TorchFileMaterializer):
    """Datasets and data loaders."""

    ASSOCIATED_ARTIFACT_TYPE: ClassVar[ArtifactType] = ArtifactType.DATA
    ASSOCIATED_TYPES: ClassVar[Tuple[Type[Any], ...]] = (DataLoader, Dataset)
    _FILE: ClassVar[str] = "entire_dataloader.pt"

    def extract_metadata(self, data: Any) -> Dict[str, MetadataType]:
        answer: Dict[str, MetadataType] = {}
        dataset = data.dataset if isinstance(data, DataLoader) else data
        if hasattr(dataset, "__len__"):
            answer["num_samples"] = len(dataset)
        if isinstance(data, DataLoader):
            answer["batch_size"] = data.batch_size or 1
            if hasattr(dataset, "__len__"):
                answer["num_batches"] = len(data)
        return answer


def _save(data: Any, path: str) -> None:
    try:
        import cloudpickle
    except ImportError:
        torch.save(data, path)
    else:
        torch.save(data, path, pickle_module=cloudpickle)


def _load(path: str) -> Any:
    # A model saved on a GPU must open where there is none.
    place = None if torch.cuda.is_available() else torch.device("cpu")
    return torch.load(path, map_location=place, weights_only=False)
