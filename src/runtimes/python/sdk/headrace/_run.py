"""Running a pipeline that a script calls: the engine decides, and asks this process to execute the steps (§2.3)."""

from __future__ import annotations

import logging
import os

from typing import TYPE_CHECKING, Any, List, Mapping

from headrace import _active, _frames, _rpc, _session
from headrace._compile import Plan, compile_pipeline

if TYPE_CHECKING:
    from headrace.pipelines.pipeline_definition import Pipeline

__all__ = ["run_pipeline", "take_ignored_calls"]

logger = logging.getLogger("headrace")

_NO_CACHE = "HEADRACE_NO_CACHE"

_ignored: List[str] = []


def take_ignored_calls() -> List[str]:
    """A notice for each pipeline that was called while a worker imported a file; each is given once."""
    taken = list(_ignored)
    _ignored.clear()
    return taken


def run_pipeline(pipeline: "Pipeline", args: "tuple[Any, ...]", kwargs: Mapping[str, Any]) -> Any:
    """Run a pipeline that user code called.

    Returns:
        The finished run; None where pipelines don't run: inside of a step, and while a worker imports the file.

    Raises:
        RuntimeError: A step failed; in the mode ``fail_fast``, the step's own exception instead.
    """
    if _active.step() is not None:
        logger.warning("Preventing execution of pipeline '%s': it was called inside of a step.", pipeline.name)
        return None
    if ignore_at_import(f"`{pipeline.__name__}()`"):
        return None
    # Without an engine nothing of the pipeline's function should have happened.
    _session.current()
    return execute_plan(compile_pipeline(pipeline, args, kwargs))


def ignore_at_import(call: str) -> bool:
    """Whether a worker is importing the file, so that what it calls doesn't run; notes that it didn't."""
    if _active.importing() is None:
        return False
    frame = _frames.caller()
    line = f" in line {frame.f_lineno}" if frame is not None else ""
    _ignored.append(
        f"The call {call}{line} was skipped while the file was imported. Put it below `if __name__ == \"__main__\":`."
    )
    return True


def execute_plan(plan: Plan) -> Any:
    """Ask the engine to run a plan, execute its steps when asked to, and answer the finished run."""
    from headrace._script import ScriptExecutor, say
    from headrace.responses.runs import PipelineRunResponse

    session = _session.current()
    say(f"Initiating a new run for the pipeline: `{plan.pipeline.name}`.")
    for notice in plan.spec["notices"]:
        say(notice)
    executor = ScriptExecutor(plan)
    with executor.listening():
        try:
            answer = session.connection.request_serving(
                "run.execute",
                {"spec": plan.spec, "origin": "script", "noCache": _executes_every_step()},
                executor.handlers,
            )
        except _rpc.RpcError as error:
            _session.raise_as_python(error)
        except KeyboardInterrupt:
            # Between steps nobody but us can tell the engine; without this process it can't go on, and cancels the run.
            session.connection.close()
            raise
    executor.report(answer["run"])
    return PipelineRunResponse(answer["run"])


def _executes_every_step() -> bool:
    """Whether whoever started this process wants to see every step executed, as a debugger does."""
    return os.environ.get(_NO_CACHE, "").lower() in ("1", "true", "yes")
