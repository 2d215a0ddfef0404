"""The one connection that this process has with the engine, opened when first needed.

A worker is given its connection (:func:`adopt`). Any other process (a script in a terminal, a notebook) finds the
engine through ``HEADRACE_ENDPOINT``, the path of a JSON file ``{"address", "token", "pid"}``.
"""

from __future__ import annotations

import os
import sys
import threading
from typing import TYPE_CHECKING, Any, Callable, Dict, Mapping, NoReturn, Optional

# Sockets and JSON are imported when a connection is opened: a process that only imports steps needs none.
if TYPE_CHECKING:
    from headrace import _rpc

ENDPOINT = "HEADRACE_ENDPOINT"

_HOW = (
    "Open the folder in VS Code with Headrace and use one of its terminals, or run "
    "`headrace exec -- python %s`."
)


class Session:
    """A greeted connection and what the engine said about itself."""

    def __init__(self, connection: _rpc.Connection, hello: Mapping[str, Any], role: str) -> None:
        self.connection = connection
        self.role = role
        self.workspace = str(hello.get("workspace", ""))
        self.store = str(hello.get("store", ""))
        self.artifacts = str(hello.get("artifacts", ""))
        self.tmp = str(hello.get("tmp", ""))
        self.settings: Mapping[str, Any] = hello.get("settings") or {}


_session: Optional[Session] = None
_opening = threading.Lock()
_on_notification: Optional[Callable[[str, Dict[str, Any]], None]] = None


def current() -> Session:
    """The session of this process; a script's is opened on first use.

    Raises:
        EngineUnavailableError: No window with Headrace is open on the folder, with what to do about it.
    """
    global _session
    with _opening:
        if _session is None or _session.connection.closed:
            _session = _connect()
        return _session


def request(method: str, params: Mapping[str, Any]) -> Any:
    """Ask the engine.

    Raises:
        Exception: The class that users of the ZenML API catch (``KeyError``, ``EntityExistsError`` …), as the engine
            names it; RuntimeError when it names none.
        ConnectionError: There is no engine.
    """
    connection = current().connection
    from headrace._rpc import RpcError

    try:
        return connection.request(method, params)
    except RpcError as error:
        raise_as_python(error)


def notify(method: str, params: Mapping[str, Any]) -> None:
    """Tell the engine something that wants no answer; says nothing when the engine is gone."""
    try:
        current().connection.notify(method, params)
    except ConnectionError:
        pass


def adopt(session: Session) -> None:
    """Make ``session`` this process's own (workers)."""
    global _session
    _session = session


def on_notification(handler: Optional[Callable[[str, Dict[str, Any]], None]]) -> None:
    """Who hears the engine's notifications to a script (``cancel`` while its run is executed)."""
    global _on_notification
    _on_notification = handler


def raise_as_python(error: _rpc.RpcError) -> NoReturn:
    """Raise what the engine answered as the exception class that it names."""
    message = error.message
    advice = error.data.get("advice")
    if isinstance(advice, str) and advice:
        message = "%s %s" % (message, advice)
    from headrace.exceptions import exception_class

    named = error.data.get("pythonType")
    raise exception_class(named if isinstance(named, str) else None)(message) from None


def _connect() -> Session:
    from headrace import _rpc
    from headrace.exceptions import EngineUnavailableError

    endpoint = _read_endpoint()
    try:
        sock = _rpc.dial(str(endpoint["address"]))
    except (OSError, ValueError) as error:
        raise EngineUnavailableError(
            "Headrace is not running for this folder any more (%s). %s" % (error, _HOW % _script())
        ) from None
    connection = _rpc.Connection(
        sock, on_notification=lambda method, params: _on_notification and _on_notification(method, params)
    )
    try:
        hello = _rpc.greet(connection, str(endpoint["token"]), "script")
    except _rpc.RpcError as error:
        connection.close()
        raise EngineUnavailableError("Headrace refused the connection: %s" % error.message) from None
    return Session(connection, hello, "script")


def _read_endpoint() -> Mapping[str, Any]:
    import json

    from headrace.exceptions import EngineUnavailableError

    path = _endpoint_path()
    if not path:
        raise EngineUnavailableError("No Headrace engine is known to this process. %s" % (_HOW % _script()))
    try:
        with open(path, encoding="utf-8") as file:
            endpoint = json.load(file)
    except FileNotFoundError:
        raise EngineUnavailableError(
            "Headrace is not running for this folder any more (%s is gone). %s" % (path, _HOW % _script())
        ) from None
    except (OSError, ValueError) as error:
        raise EngineUnavailableError("The endpoint file %s cannot be read: %s" % (path, error)) from None
    if not isinstance(endpoint, dict) or "address" not in endpoint or "token" not in endpoint:
        raise EngineUnavailableError("The endpoint file %s names no address and token." % path)
    return endpoint


def _endpoint_path() -> Optional[str]:
    """Where the engine's address is: as the environment says, else in the store of the folder that this process is in.

    Notebook kernels and whatever else inherits nothing from Headrace find the open window by the latter.
    """
    told = os.environ.get(ENDPOINT)
    if told and os.path.exists(told):
        return told
    folder = os.getcwd()
    while True:
        path = os.path.join(folder, ".headrace", "endpoint.json")
        if os.path.exists(path):
            return path
        parent = os.path.dirname(folder)
        if parent == folder:
            return told
        folder = parent


def _script() -> str:
    name = os.path.basename(sys.argv[0]) if sys.argv and sys.argv[0] else ""
    return name if name.endswith(".py") else "script.py"


def _after_fork() -> None:
    """A forked child has no reader thread and must not hold the parent's socket: it opens its own when it needs one."""
    global _session, _opening
    _opening = threading.Lock()
    if _session is not None:
        _session.connection.abandon()
        _session = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
