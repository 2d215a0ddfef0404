"""Executing steps in the user's own process: what they print goes to the terminal, and to the engine's log of the step."""

from __future__ import annotations

import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Dict, Iterator, Mapping, Optional

from headrace import _rpc, _session
from headrace._execute import Executor
from headrace._interrupt import Interrupts
from headrace._output import Tee, flush

if TYPE_CHECKING:
    from headrace._compile import Plan

__all__ = ["ScriptExecutor"]


class ScriptExecutor:
    """Answers the engine's requests while a script waits for its run."""

    def __init__(self, plan: "Plan") -> None:
        self._plan = plan
        self._executor = Executor(plan)
        self._interrupts = Interrupts()
        #: The exception of the step that failed first, to be the cause of what the caller gets.
        self._error: Optional[BaseException] = None
        self.handlers: Mapping[str, _rpc.Handler] = {"execute": self._execute, "hook": self._hook}

    @contextmanager
    def listening(self) -> Iterator[None]:
        """While the run goes on: `cancel` interrupts the step."""
        _session.on_notification(self._on_notification)
        try:
            yield
        finally:
            _session.on_notification(None)

    def raise_failure(self, run: Mapping[str, Any]) -> None:
        """Raise what a failed run means to its caller (§6).

        Raises:
            BaseException: The step's own exception, in the mode ``fail_fast``.
            KeyboardInterrupt: The run was cancelled.
            RuntimeError: Steps failed; the first one's exception is the cause.
        """
        status = run.get("status")
        if status == "cancelled":
            raise KeyboardInterrupt("The run was cancelled.")
        if status in ("completed", "cached", None):
            return
        mode = self._plan.spec["pipeline"]["executionMode"]
        if self._error is not None and mode == "fail_fast":
            raise self._error
        failed = ", ".join(self._failed_steps(str(run["id"]))) or "unknown"
        raise RuntimeError(f"Pipeline run has failed due to failure in step(s): {failed}") from self._error

    def _failed_steps(self, run_id: str) -> "list[str]":
        from headrace.responses.base import related

        steps = related("run", run_id, "steps")
        listed = steps.values() if isinstance(steps, dict) else steps
        return [str(step["invocation"]) for step in listed if step.get("status") == "failed"]

    def _execute(self, params: Dict[str, Any]) -> Dict[str, Any]:
        with self._output_of(params["stepRunId"]):
            result = self._as_user_code(lambda: self._executor.execute(params))
        if self._error is None and params["lastAttempt"]:
            self._error = self._executor.last_error
        if self._interrupts.interrupted:
            result["cancelled"] = True
        return result

    def _hook(self, params: Dict[str, Any]) -> Dict[str, Any]:
        return self._as_user_code(lambda: self._executor.hook(params["hook"]))

    def _as_user_code(self, work: Any) -> Dict[str, Any]:
        if threading.current_thread() is not threading.main_thread():
            # Signals reach the main thread alone: a run that another thread asked for isn't interrupted.
            answer: Dict[str, Any] = work()
            return answer
        with self._interrupts.armed():
            answer = work()
        return answer

    @contextmanager
    def _output_of(self, step_run_id: str) -> Iterator[None]:
        def teller(stream: str) -> Any:
            return lambda text: _session.notify(
                "step.output", {"stepRunId": step_run_id, "stream": stream, "text": text}
            )

        before = sys.stdout, sys.stderr
        sys.stdout = Tee(before[0], teller("stdout"))  # type: ignore[assignment]
        sys.stderr = Tee(before[1], teller("stderr"))  # type: ignore[assignment]
        try:
            yield
        finally:
            flush()
            sys.stdout, sys.stderr = before

    def _on_notification(self, method: str, _params: Dict[str, Any]) -> None:
        if method == "cancel":
            self._interrupts.interrupt()
