"""NumPy arrays and scalars."""

from __future__ import annotations

import os
from typing import Any, ClassVar, Dict, Tuple, Type

import numpy as np

from headrace.enums import ArtifactType
from headrace.materializers.base import BaseMaterializer
from headrace.materializers.hashing import HashingFile
from headrace.materializers.pickles import dump_pickle, load_pickle
from headrace.metadata_types import DType, MetadataType

__all__ = ["NumpyMaterializer"]

_ARRAY = "data.npy"
_PICKLE = "data.pkl"

#: Arrays from this size are mapped, copy on write, in place of being read.
_MAPPED = 64 << 20
_BUFFER = 16 << 20


class NumpyMaterializer(BaseMaterializer):
    """Arrays as `.npy` without pickle; arrays of objects and masked arrays as a pickle."""

    ASSOCIATED_ARTIFACT_TYPE: ClassVar[ArtifactType] = ArtifactType.DATA
    ASSOCIATED_TYPES: ClassVar[Tuple[Type[Any], ...]] = (np.ndarray, np.generic)

    def save(self, data: Any) -> None:
        if not _fits_npy(data):
            with self.create_file(_PICKLE) as file:
                dump_pickle(data, file)
            return
        with self.create_file(_ARRAY) as file:
            # A materializer that inherits may do with the array what it likes; this one and its preview only look.
            write_npy(np.asarray(data), file, lasting=type(self) is NumpyMaterializer)

    def load(self, data_type: Type[Any]) -> Any:
        if os.path.exists(self.path_of(_PICKLE)):
            return load_pickle(self.path_of(_PICKLE))
        path = self.path_of(_ARRAY)
        # Pages of a private map are copied when they are written to: the step may change its input, nobody else sees it.
        mapped = os.path.getsize(path) >= _MAPPED
        array = np.load(path, mmap_mode="c" if mapped else None, allow_pickle=False)
        if isinstance(data_type, type) and issubclass(data_type, np.generic):
            return array[()]
        return array.view(np.ndarray) if mapped else array

    def extract_metadata(self, data: Any) -> Dict[str, MetadataType]:
        from headrace.previews.arrays import array_metadata

        array = np.asarray(data)
        base: Dict[str, MetadataType] = {"shape": list(array.shape), "dtype": DType(array.dtype)}
        return {**base, **array_metadata(array)}


def _fits_npy(data: Any) -> bool:
    if not isinstance(data, np.generic) and type(data) not in (np.ndarray, np.memmap):
        return False
    dtype = data.dtype
    if dtype.hasobject or dtype.kind not in "biufcSUMmV" or dtype.metadata is not None:
        return False
    return dtype.names is None or str(dtype).isascii()


def write_npy(array: Any, file: HashingFile, *, lasting: bool = False) -> None:
    """Writes an array in the format of `numpy.save`, in few large pieces that can be hashed beside the write.

    Args:
        array: Of a type that needs no pickle.
        file: Where to.
        lasting: The array does not change before the digest of the file is asked for.
    """
    write = file.write_lasting if lasting else file.write
    header = np.lib.format.header_data_from_array_1_0(array)
    try:
        np.lib.format.write_array_header_1_0(file, header)
    except ValueError:  # More fields than the length of the first format can say.
        np.lib.format.write_array_header_2_0(file, header)
    if array.size == 0:
        return
    if array.flags.c_contiguous:
        write(_raw(array))
    elif array.flags.f_contiguous:
        write(_raw(array.T))
    else:
        flags: Any = ["external_loop", "buffered", "zerosize_ok"]
        size = max(_BUFFER // array.itemsize, 1)
        pieces: Any = np.nditer(array, flags=flags, buffersize=size, order="C")
        for piece in pieces:
            file.write(piece.tobytes("C"))


def _raw(array: Any) -> memoryview:
    """The bytes of a contiguous array, without copying; a view, as some types know no buffer protocol."""
    return memoryview(array.reshape(-1).view(np.uint8)) if array.dtype.itemsize else memoryview(b"")
