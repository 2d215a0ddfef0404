"""Digests of payload files, computed while the files are written."""

from __future__ import annotations

import hashlib
import json
import os
import queue
import threading
from typing import Any, BinaryIO, Dict, Iterable, List, Mapping, NamedTuple, Optional, Tuple

__all__ = ["FileRecord", "HashingFile", "describe_files", "describe_texts", "payload_digest"]

#: Buffers above this are hashed by a thread beside the write.
_BESIDE = 4 << 20
_CHUNK = 8 << 20


class FileRecord(NamedTuple):
    """What was seen when a file was closed; believed only while size and time are still the same."""

    sha256: str
    size: int
    modified: int


class HashingFile:
    """A binary file for writing that knows its digest when it is closed.

    Args:
        path: Where to write; an existing file is replaced.
        records: Takes the digest under the absolute path.
    """

    def __init__(self, path: str, records: Dict[str, FileRecord]) -> None:
        self._path = path
        self._records = records
        self._file: BinaryIO = open(path, "wb")
        self._hash = hashlib.sha256()
        self._size = 0

    def write(self, data: Any) -> int:
        """Writes bytes or any contiguous buffer, which must not change before this returns."""
        view = memoryview(data)
        if view.ndim != 1 or view.itemsize != 1:
            view = view.cast("B")
        if len(view) > _BESIDE:
            self._write_beside(view)
        else:
            self._hash.update(view)
            self._file.write(view)
        self._size += len(view)
        return len(view)

    def _write_beside(self, view: memoryview) -> None:
        chunks: "queue.SimpleQueue[Optional[memoryview]]" = queue.SimpleQueue()

        def consume() -> None:
            while True:
                chunk = chunks.get()
                if chunk is None:
                    return
                self._hash.update(chunk)

        thread = threading.Thread(target=consume, name="headrace-hash", daemon=True)
        thread.start()
        try:
            for start in range(0, len(view), _CHUNK):
                chunk = view[start : start + _CHUNK]
                chunks.put(chunk)
                self._file.write(chunk)
        finally:
            chunks.put(None)
            thread.join()

    def flush(self) -> None:
        """Hands buffered bytes to the operating system."""
        self._file.flush()

    def tell(self) -> int:
        """Bytes written so far."""
        return self._size

    def close(self) -> None:
        """Closes the file and records its digest."""
        if self._file.closed:
            return
        self._file.close()
        status = os.stat(self._path)
        self._records[os.path.abspath(self._path)] = FileRecord(
            self._hash.hexdigest(), status.st_size, status.st_mtime_ns
        )

    def __enter__(self) -> "HashingFile":
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if error is None:
            self.close()
        else:
            self._file.close()


def describe_files(folder: str, records: Dict[str, FileRecord]) -> List[Dict[str, Any]]:
    """The files of a payload folder as its manifest lists them.

    Args:
        folder: The payload folder.
        records: Digests known from writing.

    Returns:
        Relative path with `/`, size and sha256 of each file, sorted by path.
    """
    found = []
    for path, relative in _walk(folder):
        status = os.stat(path)
        record = records.get(os.path.abspath(path))
        if record is None or (record.size, record.modified) != (status.st_size, status.st_mtime_ns):
            digest = _hash_file(path)
        else:
            digest = record.sha256
        found.append({"path": relative, "bytes": status.st_size, "sha256": digest})
    return sorted(found, key=lambda file: _utf16(file["path"]))


def describe_texts(texts: Mapping[str, str]) -> List[Dict[str, Any]]:
    """The same of files that are still texts.

    Args:
        texts: Name and text of each file.
    """
    found = []
    for name, text in texts.items():
        data = text.encode("utf-8")
        found.append({"path": name, "bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()})
    return sorted(found, key=lambda file: _utf16(file["path"]))


def payload_digest(data_type: str, materializer: str, language: str, files: Iterable[Dict[str, Any]]) -> str:
    """The digest of a payload's content: equal for equal content, whenever and wherever it was written.

    The same rule as `payloadDigest` in src/artifacts/digest.ts, held together by shared vectors in the tests.
    """
    listed = sorted(({"path": f["path"], "sha256": f["sha256"]} for f in files), key=lambda f: _utf16(f["path"]))
    content = {"dataType": data_type, "files": listed, "language": language, "materializer": materializer}
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _utf16(text: str) -> bytes:
    """The order in which JavaScript sorts strings."""
    return text.encode("utf-16-be", "surrogatepass")


def _walk(folder: str) -> Iterable[Tuple[str, str]]:
    for top, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(top, name)
            yield path, os.path.relpath(path, folder).replace(os.sep, "/")


def _hash_file(path: str) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for chunk in iter(lambda: file.read(1 << 20), b""):
            digest.update(chunk)
    return digest.hexdigest()
