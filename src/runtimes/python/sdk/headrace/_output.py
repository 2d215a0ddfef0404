"""What user code prints: flushed before a request is answered, and told apart by markers (``Marked`` in the protocol)."""

from __future__ import annotations

import os
import sys
import threading
from typing import Any, Callable, Iterable, List, Optional

__all__ = ["Marks", "Tee", "flush"]


def flush() -> None:
    """Empty every buffer between user code and the file descriptors: Python's, and C's where it may be in use."""
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        try:
            if stream is not None:
                stream.flush()
        except Exception:
            # Closed or replaced by user code: what it buffered is its own affair.
            continue
    # Native code prints through C's own buffer. Packages with native code load ctypes; without it there is nothing to do.
    ctypes = sys.modules.get("ctypes")
    if ctypes is not None:
        try:
            (ctypes.cdll.msvcrt if os.name == "nt" else ctypes.CDLL(None)).fflush(None)
        except Exception:
            return


class Marks:
    """Writes markers to stdout and stderr, also after user code has redirected or closed them."""

    def __init__(self) -> None:
        self._descriptors = [_own(descriptor) for descriptor in (1, 2)]

    def write(self, marker: str) -> None:
        """Say that what was printed so far belongs to the request with this marker."""
        flush()
        if marker:
            for descriptor in self._descriptors:
                _write_all(descriptor, f"{marker}\n".encode("utf-8"))


def _own(descriptor: int) -> Optional[int]:
    try:
        return os.dup(descriptor)
    except OSError:
        return None


def _write_all(descriptor: Optional[int], data: bytes) -> None:
    if descriptor is None:
        return
    try:
        os.set_blocking(descriptor, True)
    except (AttributeError, OSError):
        pass
    try:
        while data:
            data = data[os.write(descriptor, data) :]
    except OSError:
        return


class Tee:
    """A text stream that also tells someone what is written to it (scripts, where the engine holds no pipe)."""

    def __init__(self, stream: Any, tell: Callable[[str], None]) -> None:
        self._stream = stream
        self._tell = tell
        self._lock = threading.Lock()
        self._held: List[str] = []

    def write(self, text: str) -> int:
        """Write to the stream, and tell whole lines."""
        written = self._stream.write(text)
        with self._lock:
            self._held.append(text)
            if "\n" in text or "\r" in text:
                self._tell_held()
        return len(text) if written is None else int(written)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each of the lines."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Empty the buffers."""
        self._stream.flush()
        with self._lock:
            self._tell_held()

    def _tell_held(self) -> None:
        text = "".join(self._held)
        self._held.clear()
        if text:
            self._tell(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)
