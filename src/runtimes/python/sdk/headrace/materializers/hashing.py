"""Digests of payload files, computed while the files are written."""

from __future__ import annotations

import hashlib
import json
import os
import queue
import threading
from typing import Any, BinaryIO, Callable, Dict, Iterable, List, Mapping, NamedTuple, Optional, Tuple

__all__ = [
    "FileRecord",
    "FoundFile",
    "HashingFile",
    "describe_files",
    "find_files",
    "find_texts",
    "payload_digest",
]

#: Buffers above this are hashed by a thread beside the write.
_BESIDE = 4 << 20
_CHUNK = 8 << 20


class FileRecord(NamedTuple):
    """What was seen when a file was closed; believed only while size and time are still the same."""

    #: May wait: for a large file, what is hashed and synced goes on when it is closed.
    sha256: Callable[[], str]
    size: int
    modified: int


class FoundFile(NamedTuple):
    """A file of a payload folder.

    Attributes:
        path: Relative to the folder, with `/`.
        bytes: Its size.
        sha256: Answers its digest; waits while that is being computed. Raises OSError when the disk can't keep the file.
    """

    path: str
    bytes: int
    sha256: Callable[[], str]


class _Beside(threading.Thread):
    """Work that goes on beside its starter, who gets its error when joining."""

    def __init__(self, name: str, work: Callable[[], None]) -> None:
        super().__init__(name=name, daemon=True)
        self._work = work
        self._error: Optional[BaseException] = None
        self.start()

    def run(self) -> None:
        try:
            self._work()
        except BaseException as error:
            self._error = error

    def finish(self) -> None:
        """Waits for the end of the work, and raises what it raised."""
        self.join()
        if self._error is not None:
            raise self._error

    @classmethod
    def wait_for_all(cls) -> None:
        """Waits until nothing goes on."""
        for thread in threading.enumerate():
            if isinstance(thread, cls):
                thread.join()


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
        self._hashing: Optional[_Beside] = None
        self._size = 0

    def write(self, data: Any) -> int:
        """Writes bytes or any contiguous buffer, which must not change before this returns."""
        written = self.write_lasting(data)
        self._finish_hashing()
        return written

    def write_lasting(self, data: Any) -> int:
        """The same of a buffer that does not change before the file's digest is asked for: it is hashed beside what follows."""
        self._finish_hashing()
        view = memoryview(data)
        if view.ndim != 1 or view.itemsize != 1:
            view = view.cast("B")
        if len(view) > _BESIDE:
            # One file at a time: there may be thousands of large ones.
            _Beside.wait_for_all()
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

        self._hashing = _Beside("headrace-hash", consume)
        try:
            for start in range(0, len(view), _CHUNK):
                chunk = view[start : start + _CHUNK]
                chunks.put(chunk)
                self._file.write(chunk)
        finally:
            chunks.put(None)

    def _finish_hashing(self) -> None:
        if self._hashing is not None:
            self._hashing.finish()
            self._hashing = None

    def flush(self) -> None:
        """Hands buffered bytes to the operating system."""
        self._file.flush()

    def tell(self) -> int:
        """Bytes written so far."""
        return self._size

    def close(self) -> None:
        """Closes the file and records its digest. What is still being hashed is made durable meanwhile."""
        if self._file.closed:
            return
        syncing = None if self._hashing is None else self._sync_beside()
        self._file.close()
        status = os.stat(self._path)

        def sha256() -> str:
            self._finish_hashing()
            if syncing is not None:
                syncing.finish()
            return self._hash.hexdigest()

        self._records[os.path.abspath(self._path)] = FileRecord(sha256, status.st_size, status.st_mtime_ns)

    def _sync_beside(self) -> _Beside:
        self._file.flush()
        descriptor = os.dup(self._file.fileno())

        def sync() -> None:
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)

        return _Beside("headrace-sync", sync)

    def __enter__(self) -> "HashingFile":
        return self

    def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
        if error is None:
            self.close()
        else:
            self._file.close()


def find_files(folder: str, records: Dict[str, FileRecord]) -> List[FoundFile]:
    """The files of a payload folder, sorted by path.

    Args:
        folder: The payload folder.
        records: Digests known from writing.
    """
    found = []
    for path, relative in _walk(folder):
        status = os.stat(path)
        record = records.get(os.path.abspath(path))
        if record is None or (record.size, record.modified) != (status.st_size, status.st_mtime_ns):
            found.append(FoundFile(relative, status.st_size, _known(_hash_file(path))))
        else:
            found.append(FoundFile(relative, status.st_size, record.sha256))
    return sorted(found, key=lambda file: _utf16(file.path))


def find_texts(texts: Mapping[str, str]) -> List[FoundFile]:
    """The same of files that are still texts.

    Args:
        texts: Name and text of each file.
    """
    found = []
    for name, text in texts.items():
        data = text.encode("utf-8")
        found.append(FoundFile(name, len(data), _known(hashlib.sha256(data).hexdigest())))
    return sorted(found, key=lambda file: _utf16(file.path))


def describe_files(found: Iterable[FoundFile]) -> List[Dict[str, Any]]:
    """Files as a manifest lists them: relative path with `/`, size and sha256.

    Raises:
        OSError: The disk can't keep one of them.
    """
    return [{"path": file.path, "bytes": file.bytes, "sha256": file.sha256()} for file in found]


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


def _known(digest: str) -> Callable[[], str]:
    return lambda: digest


def _hash_file(path: str) -> str:
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for chunk in iter(lambda: file.read(1 << 20), b""):
            digest.update(chunk)
    return digest.hexdigest()
