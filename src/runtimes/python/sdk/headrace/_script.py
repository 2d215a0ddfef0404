"""Executing steps in the user's own process: what they print goes to the terminal, and to the engine's log of the step."""

from __future__ import annotations

import logging
import sys
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Mapping, Optional, Tuple

from headrace import _frames, _rpc, _session
from headrace._execute import Executor
from headrace._interrupt import Interrupts
from headrace._output import Tee, flush

if TYPE_CHECKING:
    from headrace._compile import Plan

__all__ = ["ScriptExecutor", "say"]


def say(text: str) -> None:
    """Tell whoever runs the script what is going on, beside what the script itself prints."""
    try:
        print(text, file=sys.stderr, flush=True)
    except (OSError, ValueError, AttributeError):
        # A script without a terminal, or with a closed one, runs all the same.
        return


def _from_user_code(error: Optional[BaseException]) -> Optional[BaseException]:
    """The exception without the frames of this SDK that led to user code: what the user sees begins in the step."""
    if error is None:
        return None
    trace = error.__traceback__
    while trace is not None and _frames.is_ours(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    return error.with_traceback(trace) if trace is not None else error


def _recorded(failed: List[Dict[str, Any]]) -> Optional[BaseException]:
    """What the engine found wrong with a step: its names, a look-up, a version that exists."""
    failure: Dict[str, Any] = next((step["failure"] for step in failed if step.get("failure")), {})
    if not failure:
        return None
    from headrace.exceptions import exception_class

    error: BaseException = exception_class(failure["type"])(failure["message"])
    return error


def _redirected(before: Any, now: Any) -> List[Tuple[Any, Any]]:
    """Lets logging handlers that write to one stream write to another; answers each with its stream, to be undone."""
    moved: List[Tuple[Any, Any]] = []
    for reference in list(getattr(logging, "_handlerList", ())):
        handler = reference()
        if isinstance(handler, logging.StreamHandler) and getattr(handler, "stream", None) is before:
            moved.append((handler, handler.setStream(now)))
    return moved


def _seconds(duration: float) -> str:
    return f"{duration:.1f}s" if duration < 60 else f"{duration // 60:.0f}m{duration % 60:.0f}s"


class ScriptExecutor:
    """Answers the engine's requests while a script waits for its run."""

    def __init__(self, plan: "Plan") -> None:
        self._plan = plan
        self._executor = Executor(plan)
        self._interrupts = Interrupts()
        #: The exception of the step that failed first, to be the cause of what the caller gets.
        self._error: Optional[BaseException] = None
        self._started = time.monotonic()
        #: Whether a step was interrupted: then no other one begins.
        self._stopped = False
        self.handlers: Mapping[str, _rpc.Handler] = {"execute": self._execute, "hook": self._hook}

    @contextmanager
    def listening(self) -> Iterator[None]:
        """While the run goes on: `cancel` interrupts the step."""
        _session.on_notification(self._on_notification)
        try:
            yield
        finally:
            _session.on_notification(None)

    def report(self, run: Mapping[str, Any]) -> None:
        """Say how the run ended, and raise what a failed one means to its caller (§6).

        Raises:
            BaseException: The step's own exception, in the mode ``fail_fast``.
            KeyboardInterrupt: The run was cancelled.
            RuntimeError: Steps failed; the first one's exception is the cause.
        """
        from headrace.responses.base import related

        steps: List[Dict[str, Any]] = related("run", str(run["id"]), "steps")
        for step in steps:
            if step.get("status") == "cached":
                say(f"Using cached version of step `{step['invocation']}`.")
        if run.get("status") == "cancelled" or self._stopped:
            raise KeyboardInterrupt("The run was cancelled.")
        if run.get("status") == "completed":
            say(f"Pipeline run has finished in `{_seconds(time.monotonic() - self._started)}`.")
            return
        failed = [step for step in steps if step.get("status") == "failed"]
        cause = self._error or _recorded(failed)
        if cause is not None and self._plan.spec["pipeline"]["executionMode"] == "fail_fast":
            raise cause
        problem = (run.get("failure") or {}).get("message")
        if not failed and problem:
            raise RuntimeError(f"Pipeline run has failed: {problem}") from cause
        names = ", ".join(str(step["invocation"]) for step in failed)
        raise RuntimeError(f"Pipeline run has failed due to failure in step(s): {names}") from cause

    def _execute(self, params: Dict[str, Any]) -> Dict[str, Any]:
        if self._stopped:
            return {"failure": None, "cancelled": True, "outputs": [], "stepMetadata": {}}
        name, started = params["invocation"], time.monotonic()
        say(f"Step `{name}` has started.")
        with self._output_of(params["stepRunId"]):
            result = self._as_user_code(lambda: self._executor.execute(params))
        outcome = "finished in" if result["failure"] is None else "failed after"
        say(f"Step `{name}` has {outcome} `{_seconds(time.monotonic() - started)}`.")
        if self._error is None and params["lastAttempt"]:
            self._error = _from_user_code(self._executor.last_error)
        self._stopped = self._interrupts.interrupted
        return self._interrupts.mark(result)

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
        sys.stdout = Tee(before[0], teller("stdout"))
        sys.stderr = Tee(before[1], teller("stderr"))
        moved = [*_redirected(before[0], sys.stdout), *_redirected(before[1], sys.stderr)]
        try:
            yield
        finally:
            flush()
            sys.stdout, sys.stderr = before
            for handler, stream in moved:
                handler.setStream(stream)

    def _on_notification(self, method: str, _params: Dict[str, Any]) -> None:
        if method == "cancel":
            self._interrupts.interrupt()
