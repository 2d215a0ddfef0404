"""JSON-RPC 2.0 with LSP framing over a local socket: how this process and the Headrace engine talk.

One reader thread takes messages off the socket. Answers wake whoever waits for them, so any thread may make requests.
Requests of the engine are queued for the thread that serves them (the main one: user code expects to run there).
Nothing here touches stdin, stdout or stderr: those belong to user code.
"""

from __future__ import annotations

import json
import os
import queue
import socket
import sys
import threading
from typing import Any, Callable, Dict, Mapping, Optional, Tuple

PROTOCOL_VERSION = 1

_MAX_HEADER = 4096
_INTERNAL_ERROR = -32603
_METHOD_NOT_FOUND = -32601
# A wait on a lock cannot be interrupted on Windows: there, waits wake now and then so that Ctrl-C gets through.
_TICK: Optional[float] = 0.5 if os.name == "nt" else None

Handler = Callable[[Dict[str, Any]], Any]


class RpcError(Exception):
    """An error answer: what the other side says went wrong.

    ``data`` holds what the engine adds: ``code``, ``pythonType``, ``advice``, ``location``.
    """

    def __init__(self, code: int, message: str, data: Optional[Mapping[str, Any]] = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.data: Mapping[str, Any] = data or {}


class ConnectionLost(ConnectionError):
    """The engine's end of the connection is gone: the window was closed, or the process ended."""


class _Pending:
    """A request that waits for its answer."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.result: Any = None
        self.error: Optional[BaseException] = None

    def value(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.result


class Connection:
    """A connection to the engine. Requests may be made from any thread; incoming ones wait for :meth:`serve`."""

    def __init__(
        self,
        sock: socket.socket,
        *,
        on_notification: Optional[Callable[[str, Dict[str, Any]], None]] = None,
        on_close: Optional[Callable[[], None]] = None,
    ) -> None:
        """Start reading from ``sock``.

        Args:
            sock: A connected stream socket, owned by the connection from now on.
            on_notification: Called in the reader thread for each notification.
            on_close: Called in the reader thread once the other side has closed.
        """
        self._socket = sock
        self._sending = threading.Lock()
        self._pending: Dict[int, _Pending] = {}
        self._pending_lock = threading.Lock()
        self._next_id = 0
        self._incoming: "queue.SimpleQueue[Optional[Dict[str, Any]]]" = queue.SimpleQueue()
        self._on_notification = on_notification
        self._on_close = on_close
        self.closed = False
        self._reader = threading.Thread(target=self._read_all, name="headrace-rpc", daemon=True)
        self._reader.start()

    def request(self, method: str, params: Mapping[str, Any]) -> Any:
        """Ask the engine and wait for the answer.

        Raises:
            RpcError: The engine answered with an error.
            ConnectionLost: The connection ended before an answer came.
        """
        return self._wait(self._send_request(method, params))

    def request_serving(self, method: str, params: Mapping[str, Any], handlers: Mapping[str, Handler]) -> Any:
        """Ask the engine, and serve what it asks meanwhile in this thread (``run.execute`` ⇄ ``execute``)."""
        pending = self._send_request(method, params)
        while not pending.done.is_set():
            message = self._next_message()
            if message is not None:
                self._answer(message, handlers)
        return pending.value()

    def notify(self, method: str, params: Mapping[str, Any]) -> None:
        """Tell the engine something that wants no answer."""
        self._send({"jsonrpc": "2.0", "method": method, "params": params})

    def serve(self, handlers: Mapping[str, Handler]) -> None:
        """Answer the engine's requests in this thread until the connection ends."""
        while True:
            message = self._next_message()
            if message is not None:
                self._answer(message, handlers)
            elif self.closed:
                return

    def close(self) -> None:
        """End the connection; whoever waits for an answer gets :class:`ConnectionLost`."""
        self.closed = True
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._socket.close()

    def abandon(self) -> None:
        """Drop the socket in a forked child, where no thread reads it and whose life must not keep it open."""
        self.closed = True
        descriptor = self._socket.detach()
        if descriptor >= 0:
            os.close(descriptor)

    def _send_request(self, method: str, params: Mapping[str, Any]) -> _Pending:
        pending = _Pending()
        with self._pending_lock:
            if self.closed:
                raise _lost()
            self._next_id += 1
            request_id = self._next_id
            self._pending[request_id] = pending
        try:
            self._send({"jsonrpc": "2.0", "id": request_id, "method": method, "params": params})
        except BaseException:
            with self._pending_lock:
                self._pending.pop(request_id, None)
            raise
        return pending

    def _wait(self, pending: _Pending) -> Any:
        while not pending.done.wait(_TICK):
            pass
        return pending.value()

    def _next_message(self) -> Optional[Dict[str, Any]]:
        while True:
            try:
                return self._incoming.get(timeout=_TICK)
            except queue.Empty:
                continue

    def _send(self, message: Mapping[str, Any]) -> None:
        body = encode(message)
        frame = b"Content-Length: %d\r\n\r\n" % len(body) + body
        try:
            with self._sending:
                self._socket.sendall(frame)
        except OSError as error:
            raise _lost() from error

    def _read_all(self) -> None:
        try:
            stream = self._socket.makefile("rb")
            while True:
                message = _read_frame(stream)
                if message is None:
                    break
                self._dispatch(message)
        except (OSError, ValueError):
            # A broken frame cannot be resynchronised: it ends the connection like a closed socket does.
            pass
        finally:
            self._end()

    def _dispatch(self, message: Dict[str, Any]) -> None:
        if "method" not in message:
            with self._pending_lock:
                pending = self._pending.pop(message.get("id", -1), None)
            if pending is not None:
                _settle(pending, message)
                self._incoming.put(None)
        elif "id" in message:
            self._incoming.put(message)
        elif self._on_notification is not None:
            self._on_notification(str(message["method"]), message.get("params") or {})

    def _answer(self, message: Dict[str, Any], handlers: Mapping[str, Handler]) -> None:
        answer: Dict[str, Any] = {"jsonrpc": "2.0", "id": message["id"]}
        handler = handlers.get(message["method"])
        if handler is None:
            answer["error"] = {
                "code": _METHOD_NOT_FOUND,
                "message": "This process does not answer %r." % message["method"],
            }
        else:
            try:
                answer["result"] = handler(message.get("params") or {})
            except RpcError as error:
                answer["error"] = {"code": error.code, "message": error.message, "data": dict(error.data)}
            except Exception as error:
                answer["error"] = {"code": _INTERNAL_ERROR, "message": "%s: %s" % (type(error).__name__, error)}
        self._send(answer)

    def _end(self) -> None:
        with self._pending_lock:
            self.closed = True
            waiting = list(self._pending.values())
            self._pending.clear()
        for pending in waiting:
            pending.error = _lost()
            pending.done.set()
        self._incoming.put(None)
        if self._on_close is not None:
            self._on_close()


def encode(message: Mapping[str, Any]) -> bytes:
    """JSON as both sides read it. NaN and infinities have no JSON form: they become null."""
    try:
        text = json.dumps(message, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except ValueError:
        text = json.dumps(_without_nan(message), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    # Lone surrogates (file names that are no UTF-8) may not end the connection.
    return text.encode("utf-8", "backslashreplace")


def dial(address: str) -> socket.socket:
    """Connect to ``unix:/path`` or ``tcp:host:port``.

    Raises:
        OSError: Nobody listens there.
        ValueError: The address has another form.
    """
    kind, _, rest = address.partition(":")
    if kind == "unix":
        if not hasattr(socket, "AF_UNIX"):
            raise ValueError("This Python has no Unix sockets, which the engine's address needs: %s" % address)
        unix = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            unix.connect(rest)
        except OSError:
            unix.close()
            raise
        return unix
    if kind == "tcp":
        tcp = socket.create_connection(_host_and_port(rest))
        tcp.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return tcp
    raise ValueError("Not an address of an engine: %r" % address)


def greet(connection: Connection, token: str, role: str) -> Dict[str, Any]:
    """Say ``hello``: who we are and that we may. Answers the engine's facts (workspace, artifacts, tmp …)."""
    answer: Dict[str, Any] = connection.request(
        "hello",
        {
            "protocol": PROTOCOL_VERSION,
            "token": token,
            "role": role,
            "language": "python",
            "languageVersion": "%d.%d.%d" % sys.version_info[:3],
            "pid": os.getpid(),
        },
    )
    if answer.get("protocol") != PROTOCOL_VERSION:
        raise RpcError(
            _INTERNAL_ERROR,
            "The engine speaks protocol %s and this SDK speaks %d: they come from different versions of Headrace."
            % (answer.get("protocol"), PROTOCOL_VERSION),
        )
    return answer


def _host_and_port(text: str) -> Tuple[str, int]:
    host, _, port = text.rpartition(":")
    return host.strip("[]"), int(port)


def _read_frame(stream: Any) -> Optional[Dict[str, Any]]:
    length = -1
    while True:
        line = stream.readline(_MAX_HEADER)
        if not line:
            return None
        if line in (b"\r\n", b"\n"):
            break
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            length = int(value)
    if length < 0:
        raise ValueError("frame without Content-Length")
    body = stream.read(length)
    if len(body) < length:
        return None
    message = json.loads(body.decode("utf-8"))
    if not isinstance(message, dict):
        raise ValueError("frame that is no object")
    return message


def _settle(pending: _Pending, message: Mapping[str, Any]) -> None:
    error = message.get("error")
    if error is None:
        pending.result = message.get("result")
    else:
        data = error.get("data")
        pending.error = RpcError(
            int(error.get("code", _INTERNAL_ERROR)),
            str(error.get("message", "")),
            data if isinstance(data, dict) else None,
        )
    pending.done.set()


def _lost() -> ConnectionLost:
    return ConnectionLost("The connection to Headrace ended: its window was closed, or the engine's process is gone.")


def _without_nan(value: Any) -> Any:
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    if isinstance(value, Mapping):
        return {key: _without_nan(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_without_nan(item) for item in value]
    return value
