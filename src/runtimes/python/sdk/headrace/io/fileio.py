"""File operations with ZenML's names; every path is a local one here."""

from __future__ import annotations

import glob as _glob
import os
import shutil
from typing import IO, Any, Callable, Iterator, List, Optional, Tuple

__all__ = [
    "convert_to_str",
    "copy",
    "exists",
    "glob",
    "isdir",
    "listdir",
    "makedirs",
    "mkdir",
    "open",
    "remove",
    "rename",
    "rmtree",
    "size",
    "stat",
    "walk",
]

_open = open


def open(path: str, mode: str = "r") -> IO[Any]:
    """Open a file; text is UTF-8."""
    file: IO[Any] = _open(path, mode) if "b" in mode else _open(path, mode, encoding="utf-8")
    return file


def exists(path: str) -> bool:
    """Whether there is such a file or folder."""
    return os.path.exists(path)


def isdir(path: str) -> bool:
    """Whether it is a folder."""
    return os.path.isdir(path)


def listdir(path: str, only_file_names: bool = True) -> List[str]:
    """What is in a folder; whole paths unless only names are wanted."""
    names = sorted(os.listdir(path))
    return names if only_file_names else [os.path.join(path, name) for name in names]


def glob(pattern: str) -> List[str]:
    """Paths that fit a pattern."""
    return sorted(_glob.glob(pattern, recursive=True))


def makedirs(path: str) -> None:
    """Make a folder and those above it; it may be there already."""
    os.makedirs(path, exist_ok=True)


def mkdir(path: str) -> None:
    """Make a folder; it may be there already."""
    os.makedirs(path, exist_ok=True)


def copy(src: str, dst: str, overwrite: bool = False) -> None:
    """Copy a file.

    Raises:
        FileExistsError: The target is there, and may not be overwritten.
    """
    _refuse_existing(dst, overwrite)
    shutil.copyfile(src, dst)


def rename(src: str, dst: str, overwrite: bool = False) -> None:
    """Rename a file or folder.

    Raises:
        FileExistsError: The target is there, and may not be overwritten.
    """
    _refuse_existing(dst, overwrite)
    os.replace(src, dst)


def remove(path: str) -> None:
    """Remove a file."""
    os.remove(path)


def rmtree(dir_path: str) -> None:
    """Remove a folder with all that is in it."""
    shutil.rmtree(dir_path)


def stat(path: str) -> os.stat_result:
    """What the file system knows of a path."""
    return os.stat(path)


def size(path: str) -> Optional[int]:
    """The size of a file in bytes."""
    return os.path.getsize(path)


def walk(
    top: str, topdown: bool = True, onerror: Optional[Callable[..., None]] = None
) -> Iterator[Tuple[str, List[str], List[str]]]:
    """Folders below a path, with their folders and files."""
    return os.walk(top, topdown, onerror)


def convert_to_str(path: Any) -> str:
    """A path as text."""
    return os.fsdecode(path)


def _refuse_existing(path: str, overwrite: bool) -> None:
    if not overwrite and os.path.exists(path):
        raise FileExistsError(f"{path} is there already; pass `overwrite=True` to replace it.")
