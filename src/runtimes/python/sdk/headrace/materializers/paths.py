"""Paths: the file or folder that they name becomes the artifact (zenml-semantics §5.3)."""

from __future__ import annotations

import gzip
import os
import pathlib
import shutil
import tarfile
import tempfile
from typing import Any, ClassVar, Dict, Iterator, List, Tuple, Type

from headrace.enums import ArtifactType
from headrace.materializers.base import BaseMaterializer
from headrace.metadata_types import MetadataType

__all__ = ["PathMaterializer"]

_ARCHIVE = "data.tar.gz"
_FILE = "file_data"
_NAME = "file_name.txt"
_PATH = "path.txt"


class PathMaterializer(BaseMaterializer):
    """A file as a copy, a folder as an archive, a path to nothing as its text.

    Loading answers the path of a copy in a temporary folder, which its reader may change.
    """

    ASSOCIATED_ARTIFACT_TYPE: ClassVar[ArtifactType] = ArtifactType.DATA
    ASSOCIATED_TYPES: ClassVar[Tuple[Type[Any], ...]] = (pathlib.PurePath,)

    def save(self, data: Any) -> None:
        if os.path.isdir(data):
            self._archive(os.fspath(data))
        elif os.path.isfile(data):
            with open(data, "rb") as source, self.create_file(_FILE) as target:
                shutil.copyfileobj(source, target, 1 << 20)
            self._write_text(_NAME, os.path.basename(os.fspath(data)))
        else:
            self._write_text(_PATH, str(data))

    def _write_text(self, name: str, text: str) -> None:
        with self.create_file(name) as file:
            file.write(os.fsencode(text))

    def _archive(self, folder: str) -> None:
        # Neither times nor owners: the same files must give the same digest.
        with self.create_file(_ARCHIVE) as file:
            with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
                with tarfile.open(fileobj=packed, mode="w|") as archive:
                    for path, relative in _entries(folder):
                        archive.add(path, relative, recursive=False, filter=_anonymous)

    def load(self, data_type: Type[Any]) -> Any:
        if os.path.exists(self.path_of(_PATH)):
            kind = data_type if issubclass(data_type, pathlib.PurePath) else pathlib.Path
            return _as_path(kind, self._read_text(_PATH))
        folder = tempfile.mkdtemp(prefix="headrace-")
        if os.path.exists(self.path_of(_ARCHIVE)):
            with tarfile.open(self.path_of(_ARCHIVE), "r:gz") as archive:
                _extract(archive, folder)
            return pathlib.Path(folder)
        target = os.path.join(folder, os.path.basename(self._read_text(_NAME)) or _FILE)
        shutil.copyfile(self.path_of(_FILE), target)
        return pathlib.Path(target)

    def _read_text(self, name: str) -> str:
        with open(self.path_of(name), "rb") as file:
            return os.fsdecode(file.read())

    def extract_metadata(self, data: Any) -> Dict[str, MetadataType]:
        return {"path": str(data)}

    def summarize(self, data: Any) -> str:
        name = os.path.basename(os.fspath(data)) or str(data)
        return f"folder {name}" if os.path.isdir(data) else f"file {name}" if os.path.isfile(data) else f"path {name}"

    def preview(self, data: Any) -> Dict[str, Any]:
        if os.path.isfile(data):
            return _preview_file(os.fspath(data))
        if not os.path.isdir(data):
            return {"kind": "value", "type": type(data).__name__, "text": str(data)}
        entries = [(path, relative) for path, relative in _entries(os.fspath(data)) if os.path.isfile(path)]
        items = [{"key": relative, "summary": f"{os.path.getsize(path)} bytes"} for path, relative in entries[:200]]
        return {
            "kind": "items",
            "type": "folder",
            "length": len(entries),
            "items": items,
            "truncated": len(entries) > len(items),
        }


def _preview_file(path: str) -> Dict[str, Any]:
    from headrace.previews.values import preview_text

    styles = {".md": "markdown", ".html": "html", ".htm": "html", ".csv": "csv", ".txt": "plain", ".json": "code"}
    suffix = os.path.splitext(path)[1].lower()
    with open(path, "rb") as file:
        head = file.read(128 << 10)
    if suffix in styles:
        return preview_text(head.decode("utf-8", "replace"), styles[suffix], _FILE)
    return {"kind": "bytes", "length": os.path.getsize(path), "headHex": head[:256].hex(), "file": _FILE}


def _entries(folder: str) -> Iterator[Tuple[str, str]]:
    found: List[Tuple[str, str]] = []
    for top, folders, names in os.walk(folder):
        for name in [*folders, *names]:
            path = os.path.join(top, name)
            found.append((path, os.path.relpath(path, folder).replace(os.sep, "/")))
    return iter(sorted(found, key=lambda entry: entry[1]))


def _anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mtime = 0
    return entry


def _extract(archive: tarfile.TarFile, folder: str) -> None:
    """Unpacks without following entries out of the folder; by hand where Python is too old to do it."""
    if hasattr(tarfile, "data_filter"):
        archive.extractall(folder, filter="data")
        return
    root = os.path.realpath(folder)
    for entry in archive:
        target = os.path.realpath(os.path.join(root, entry.name))
        if target.startswith(root + os.sep) and (entry.isfile() or entry.isdir()):
            archive.extract(entry, root)


def _as_path(kind: type, text: str) -> Any:
    try:
        return kind(text)
    except NotImplementedError:  # A Windows path on another system, or the reverse.
        return pathlib.PurePath(text)
