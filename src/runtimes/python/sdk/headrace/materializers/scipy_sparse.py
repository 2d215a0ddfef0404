"""Sparse matrices and arrays of SciPy."""

from __future__ import annotations

from typing import Any, ClassVar, Dict, Tuple, Type

import scipy.sparse as sparse

from headrace.enums import ArtifactType
from headrace.materializers.base import BaseMaterializer
from headrace.materializers.pickles import dump_pickle, load_pickle
from headrace.metadata_types import DType, MetadataType
from headrace.previews.plain import clip

__all__ = ["SparseMaterializer"]

_NPZ = "data.npz"
_PICKLE = "data.pkl"
#: Formats that `save_npz` writes.
_FORMATS = ("csc", "csr", "bsr", "dia", "coo")


class SparseMaterializer(BaseMaterializer):
    """Sparse matrices as `.npz`; the formats that it doesn't know as a pickle."""

    ASSOCIATED_ARTIFACT_TYPE: ClassVar[ArtifactType] = ArtifactType.DATA
    ASSOCIATED_TYPES: ClassVar[Tuple[Type[Any], ...]] = tuple(
        getattr(sparse, name) for name in ("spmatrix", "sparray") if hasattr(sparse, name)
    )

    def save(self, data: Any) -> None:
        if data.format in _FORMATS and not data.dtype.hasobject:
            sparse.save_npz(self.path_of(_NPZ), data, compressed=data.nnz < 1_000_000)
            return
        with self.create_file(_PICKLE) as file:
            dump_pickle(data, file)

    def load(self, data_type: Type[Any]) -> Any:
        if self.artifact_store.exists(self.path_of(_PICKLE)):
            return load_pickle(self.path_of(_PICKLE))
        return sparse.load_npz(self.path_of(_NPZ))

    def extract_metadata(self, data: Any) -> Dict[str, MetadataType]:
        return {"shape": list(data.shape), "dtype": DType(data.dtype), "nnz": int(data.nnz)}

    def summarize(self, data: Any) -> str:
        shape = tuple(int(n) for n in data.shape)
        return f"{type(data).__name__} {shape} {data.dtype}, {int(data.nnz)} stored"

    def preview(self, data: Any) -> Dict[str, Any]:
        from headrace.previews.arrays import number_summary

        corner = data.tocsr()[:20, :50].toarray() if data.ndim == 2 else None
        return {
            "kind": "array",
            "shape": [int(n) for n in data.shape],
            "dtype": clip(str(data.dtype), 50),
            "statistics": number_summary(data.data) if hasattr(data, "data") and hasattr(data.data, "dtype") else None,
            "head": None if corner is None else _plain(corner),
            "file": None,
            "truncated": True,
        }


def _plain(corner: Any) -> Any:
    from headrace.previews.plain import plain_json

    return plain_json(corner.tolist(), 1000, 100)
