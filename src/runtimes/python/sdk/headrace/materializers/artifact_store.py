"""The file functions that custom materializers call on `self.artifact_store` and in `zenml.io.fileio`."""

from __future__ import annotations

import os
from typing import IO, Any, Callable, Iterable, List, Optional, Tuple, Union

__all__ = ["ArtifactStore", "artifact_store"]

PathType = Union[str, "os.PathLike[str]"]


class ArtifactStore:
    """Payload folders are plain folders, so every function is the operating system's own, under the name users know."""

    @property
    def path(self) -> str:
        """The working directory: paths given to the functions are absolute anyway."""
        return os.getcwd()

    def open(self, path: PathType, mode: str = "r", **options: Any) -> IO[Any]:
        """Opens a file, making the folders above it when it is written. Text is UTF-8 unless said otherwise."""
        if any(letter in mode for letter in "wax+"):
            os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
        if "b" not in mode:
            options.setdefault("encoding", "utf-8")
        return open(path, mode, **options)

    def exists(self, path: PathType) -> bool:
        """Whether a file or folder is there."""
        return os.path.exists(path)

    def isdir(self, path: PathType) -> bool:
        """Whether it is a folder."""
        return os.path.isdir(path)

    def listdir(self, path: PathType, only_file_names: bool = True) -> List[str]:
        """Names in a folder, or their whole paths."""
        names = sorted(os.listdir(path))
        return names if only_file_names else [os.path.join(os.fspath(path), name) for name in names]

    def glob(self, pattern: PathType) -> List[str]:
        """Paths that match a pattern."""
        import glob

        return sorted(glob.glob(os.fspath(pattern)))

    def makedirs(self, path: PathType) -> None:
        """Makes a folder and those above it."""
        os.makedirs(path, exist_ok=True)

    def mkdir(self, path: PathType) -> None:
        """Makes a folder whose parent exists."""
        os.makedirs(path, exist_ok=True)

    def copy(self, src: PathType, dst: PathType, overwrite: bool = False) -> None:
        """Copies a file.

        Raises:
            FileExistsError: There is one and `overwrite` is false.
        """
        import shutil

        self._make_room(dst, overwrite)
        shutil.copyfile(src, dst)

    def copyfile(self, src: PathType, dst: PathType, overwrite: bool = False) -> None:
        """The same as `copy`."""
        self.copy(src, dst, overwrite)

    def rename(self, src: PathType, dst: PathType, overwrite: bool = False) -> None:
        """Renames a file.

        Raises:
            FileExistsError: There is one and `overwrite` is false.
        """
        self._make_room(dst, overwrite)
        os.replace(src, dst)

    def remove(self, path: PathType) -> None:
        """Removes a file."""
        os.remove(path)

    def rmtree(self, path: PathType) -> None:
        """Removes a folder and all that is in it."""
        import shutil

        shutil.rmtree(path)

    def stat(self, path: PathType) -> os.stat_result:
        """What the operating system knows about a file."""
        return os.stat(path)

    def size(self, path: PathType) -> Optional[int]:
        """Bytes of a file, or of everything in a folder; None when it isn't there."""
        if os.path.isfile(path):
            return os.path.getsize(path)
        if not os.path.isdir(path):
            return None
        return sum(os.path.getsize(os.path.join(top, name)) for top, _, names in os.walk(path) for name in names)

    def walk(
        self, top: PathType, topdown: bool = True, onerror: Optional[Callable[..., None]] = None
    ) -> Iterable[Tuple[str, List[str], List[str]]]:
        """Goes through a tree of folders as `os.walk` does."""
        return os.walk(os.fspath(top), topdown, onerror)

    def _make_room(self, path: PathType, overwrite: bool) -> None:
        if not overwrite and os.path.exists(path):
            raise FileExistsError(f"{os.fspath(path)!r} exists already. Pass overwrite=True to replace it.")
        os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)


artifact_store = ArtifactStore()
