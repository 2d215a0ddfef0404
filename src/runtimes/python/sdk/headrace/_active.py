"""What this process is doing now: tracing a pipeline's body, or executing a step.

Kept apart from the code that does it, and free of imports, so that every module may ask cheaply. A process does one of
these at a time, and threads that user code starts belong to what is going on: plain module state says that best.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Optional

if TYPE_CHECKING:
    from headrace._trace import Trace
    from headrace.steps.step_context import StepContext

_trace: Optional["Trace"] = None
_step: Optional["StepContext"] = None
_importing: Optional[str] = None


def trace() -> Optional["Trace"]:
    """The pipeline whose body is being traced (lazy look-ups are recorded then); None otherwise."""
    return _trace


def set_trace(value: Optional["Trace"]) -> Optional["Trace"]:
    """Begin or end tracing; answers what was there before."""
    global _trace
    before, _trace = _trace, value
    return before


def step() -> Optional["StepContext"]:
    """The context of the step that is being executed; None otherwise."""
    return _step


def set_step(value: Optional["StepContext"]) -> None:
    """Begin or end a step."""
    global _step
    _step = value


def importing() -> Optional[str]:
    """The file that a worker is importing in order to compile it: pipelines called there must not run."""
    return _importing


def set_importing(value: Optional[str]) -> None:
    """Begin or end the import of a file."""
    global _importing
    _importing = value


def scope() -> Dict[str, str]:
    """The ``scope`` of a request to the engine: in which step it was made. Empty outside of steps."""
    if _step is None:
        return {}
    return {"stepRunId": _step.step_run_id, "runId": _step.run_id}
