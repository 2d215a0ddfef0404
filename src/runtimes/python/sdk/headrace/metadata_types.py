"""Metadata values with a meaning beyond their type (zenml-semantics §4.7)."""

from __future__ import annotations

from typing import Any, Dict, List, Set, Tuple, Union

from headrace.enums import MetadataTypeEnum

__all__ = ["DType", "MetadataType", "MetadataTypeEnum", "Path", "StorageSize", "Uri", "get_metadata_type"]


class Uri(str):
    """The address of something."""


class Path(str):
    """A path in a file system."""


class DType(str):
    """The type of an array's or a column's elements."""


class StorageSize(int):
    """A number of bytes."""


MetadataType = Union[
    str, int, float, bool, Dict[Any, Any], List[Any], Set[Any], Tuple[Any, ...], Uri, Path, DType, StorageSize
]

_NAMES = {
    Uri: MetadataTypeEnum.URI,
    Path: MetadataTypeEnum.PATH,
    DType: MetadataTypeEnum.DTYPE,
    StorageSize: MetadataTypeEnum.STORAGE_SIZE,
    bool: MetadataTypeEnum.BOOL,
    str: MetadataTypeEnum.STRING,
    int: MetadataTypeEnum.INT,
    float: MetadataTypeEnum.FLOAT,
    dict: MetadataTypeEnum.DICT,
    list: MetadataTypeEnum.LIST,
    tuple: MetadataTypeEnum.TUPLE,
    set: MetadataTypeEnum.SET,
}


def get_metadata_type(value: object) -> MetadataTypeEnum:
    """The name of a metadata value's type.

    Args:
        value: The value.

    Returns:
        Its type as an enumeration member.

    Raises:
        ValueError: The type can't be metadata.
    """
    for known, name in _NAMES.items():
        if isinstance(value, known):
            return name
    raise ValueError(f"Metadata type {type(value)} is not supported.")
