"""The worker process: waits for the engine's requests and answers them, running user code in the main thread.

Started by the engine, which passes the endpoint's address and a token in the environment; ends when the connection does.
"""

from __future__ import annotations

import importlib
import os
import sys
import threading
from typing import Any, Callable, Dict, List, Optional, TypeVar

from headrace import _rpc, _session
from headrace._interrupt import Interrupts
from headrace._output import Marks

__all__ = ["Worker", "main"]

_ADDRESS = "HEADRACE_ENDPOINT_ADDRESS"
_TOKEN = "HEADRACE_TOKEN"
_MEMORY_LIMIT = "HEADRACE_MEMORY_LIMIT_MB"
#: JSON-RPC's code for an answer that fails on purpose (``REQUEST_FAILED`` in the protocol).
_REQUEST_FAILED = -32803
_FAREWELL_SECONDS = 1.5
_MOST_PREVIEW = 256 << 10

T = TypeVar("T")


class Worker:
    """Answers requests of the engine."""

    def __init__(self, address: str, token: str) -> None:
        self._interrupts = Interrupts()
        self._marks = Marks()
        self._workspace = os.getcwd()
        self._executor: Optional[Any] = None
        self._interrupts.install()
        self.connection = _rpc.Connection(
            _rpc.dial(address), on_notification=self._on_notification, on_close=self._on_close
        )
        hello = _rpc.greet(self.connection, token, "worker")
        session = _session.Session(self.connection, hello, "worker")
        _session.adopt(session)
        self._workspace = session.workspace or self._workspace

    def serve(self) -> None:
        """Answer requests until the connection ends."""
        from headrace._module import install_fresh_imports

        install_fresh_imports()
        self.connection.serve(
            {
                "warm": self._warm,
                "compile": self._compile,
                "steps": self._steps,
                "execute": self._execute,
                "hook": self._hook,
                "preview": self._preview,
            }
        )

    def _warm(self, params: Dict[str, Any]) -> Dict[str, Any]:
        failed: List[str] = []
        for name in (*_OWN_MODULES, *params["modules"]):
            try:
                importlib.import_module(name)
            except Exception:
                failed.append(name)
        return {"failed": [name for name in failed if name not in _OWN_MODULES]}

    def _compile(self, params: Dict[str, Any]) -> Dict[str, Any]:
        from headrace._load import compile_file

        plan, modules = self._planned(params, compile_file)
        return {"spec": plan.spec, "modules": modules}

    def _steps(self, params: Dict[str, Any]) -> Dict[str, Any]:
        from headrace._foreign import compile_steps

        plan, modules = self._planned(params, compile_steps)
        return {**{key: plan.spec[key] for key in ("definitions", "sources", "invocations")}, "modules": modules}

    def _planned(self, params: Dict[str, Any], make: Callable[[Dict[str, Any], str], Any]) -> Any:
        """Import and trace user code; it is what is executed from now on."""
        from headrace._failure import failure_of, message_of
        from headrace._execute import Executor

        def work() -> Any:
            try:
                made = make(params, self._workspace)
            except BaseException as error:
                failure = failure_of(error)
                raise _rpc.RpcError(_REQUEST_FAILED, message_of(error), {"failure": failure}) from None
            self._executor = Executor(made[0])
            return made

        return self._as_user_code(params["marker"], work)

    def _execute(self, params: Dict[str, Any]) -> Dict[str, Any]:
        executor = self._compiled()
        return self._interrupts.mark(self._as_user_code(params["marker"], lambda: executor.execute(params)))

    def _hook(self, params: Dict[str, Any]) -> Dict[str, Any]:
        executor = self._compiled()
        return self._as_user_code(params["marker"], lambda: executor.hook(params["hook"]))

    def _preview(self, params: Dict[str, Any]) -> Dict[str, Any]:
        from headrace.materializers import materializer_registry, payload
        from headrace.previews.limits import fit

        reference = params["payload"]
        materializer = materializer_registry.resolve(str(reference["materializer"]))
        preview = materializer(str(reference["folder"])).preview(payload.load(reference))
        return {"preview": fit(preview, _MOST_PREVIEW)}

    def _compiled(self) -> Any:
        if self._executor is None:
            raise _rpc.RpcError(_REQUEST_FAILED, "Nothing has been compiled in this process yet.")
        return self._executor

    def _as_user_code(self, marker: str, work: Callable[[], T]) -> T:
        """Do something that runs user code: it can be interrupted, and its output ends with the marker."""
        try:
            with self._interrupts.armed():
                return work()
        finally:
            self._marks.write(marker)

    def _on_notification(self, method: str, _params: Dict[str, Any]) -> None:
        if method == "cancel":
            self._interrupts.interrupt()
        elif method == "shutdown":
            self.connection.close()

    def _on_close(self) -> None:
        """Without an engine there is nothing to do: user code is interrupted, and what then still hangs is left."""
        self._interrupts.interrupt()
        timer = threading.Timer(_FAREWELL_SECONDS, os._exit, (0,))
        timer.daemon = True
        timer.start()


#: What compiling and executing need of the SDK; a spare worker has it ready.
_OWN_MODULES = (
    "headrace._load",
    "headrace._execute",
    "headrace._failure",
    "headrace.materializers.payload",
    "headrace.responses.metadata",
    "headrace.client",
    "headrace.model",
)


def main() -> int:
    """Run a worker.

    Returns:
        The exit status: 0 when the engine has ended the connection, 2 when the process wasn't started by an engine.
    """
    address = os.environ.pop(_ADDRESS, None)
    token = os.environ.pop(_TOKEN, None)
    _limit_memory(os.environ.get(_MEMORY_LIMIT, ""))
    if not address or not token:
        sys.stderr.write(
            f"headrace.worker is started by the Headrace engine, which sets {_ADDRESS} and {_TOKEN}. To run a pipeline, "
            "use `headrace run FILE`, or call it in a script under `headrace exec -- python FILE`.\n"
        )
        return 2
    sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "fallback"))
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(line_buffering=True, errors="backslashreplace")
    try:
        worker = Worker(address, token)
    except (_rpc.RpcError, OSError, ValueError) as error:
        sys.stderr.write(f"headrace.worker can't reach its engine: {error}\n")
        return 1
    worker.serve()
    return 0


def _limit_memory(megabytes: str) -> None:
    """Let what asks for more get a MemoryError, where the system can do that; elsewhere, or for no number, do nothing."""
    try:
        import resource

        limit = int(megabytes) << 20
        if limit > 0:
            resource.setrlimit(resource.RLIMIT_AS, (limit, resource.getrlimit(resource.RLIMIT_AS)[1]))
    except (ImportError, OSError, ValueError):
        return


if __name__ == "__main__":
    # `-m` puts the working folder before the standard library, where a file of the user's could take a module's place.
    if sys.path and sys.path[0] in ("", os.getcwd()):
        del sys.path[0]
    sys.exit(main())
