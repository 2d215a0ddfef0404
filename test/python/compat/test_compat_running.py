"""Contexts, hooks, retries, failures, logs (zenml-semantics §5.1, §5.2, §6)."""

from __future__ import annotations

import os
from typing import Any, List, Tuple

import pytest
from conftest import Workspace
from flows import FAIL_FAST, flow_of, fresh, run_of
from typing_extensions import Annotated

from zenml import Model, get_pipeline_context, get_step_context, pipeline, save_artifact, step
from zenml.client import Client
from zenml.config.retry_config import StepRetryConfig
from zenml.enums import ExecutionMode, ExecutionStatus
from zenml.exceptions import StepContextError

pytestmark = pytest.mark.usefixtures("engine")


@step
def fine(value: int = 1) -> Annotated[int, "fine"]:
    return value


@step
def broken(value: int = 1) -> Annotated[int, "broken"]:
    save_artifact(value, "saved_before_breaking")
    raise ValueError(f"broken by {value}")


@step
def below(value: int) -> Annotated[int, "below"]:
    return value


def test_contexts_have_their_place() -> None:
    with pytest.raises(RuntimeError, match="The step context is only available inside a step function."):
        get_step_context()
    with pytest.raises(RuntimeError, match="No active pipeline found."):
        get_pipeline_context()

    @step
    def wrong() -> None:
        get_pipeline_context()

    with pytest.raises(RuntimeError, match="Inside a step use `from zenml import get_step_context` instead."):
        run_of(wrong, execution_mode=FAIL_FAST)


def test_what_the_step_context_knows() -> None:
    seen: List[Any] = []

    @step
    def asks(value: int) -> Tuple[Annotated[int, "first"], Annotated[int, "second"]]:
        context = get_step_context()
        seen.append((context.step_name, context.pipeline.name, context.pipeline_run.name, context.model.name))
        seen.append((context.step_run.name, context.step_run.status, context.model_version.name))
        context.add_output_metadata({"a": 1}, output_name="first")
        context.add_output_tags(["t", "u"], output_name="first")
        context.remove_output_tags(["u"], output_name="first")
        seen.append((context.get_output_metadata("first"), context.get_output_tags("first")))
        seen.append(type(context.get_output_materializer("first")).__name__)
        seen.append(type(context.get_output_materializer("first", data_type=bytes)).__name__)
        with pytest.raises(StepContextError):
            context.add_output_metadata({"a": 1})
        with pytest.raises(StepContextError):
            context.get_output_artifact_uri("third")
        return 1, 2

    name = fresh("m")
    run = flow_of(lambda: asks(fine(), id="mine"), name="asked", model=Model(name=name))()
    assert seen == [
        ("mine", "asked", run.name, name),
        ("mine", ExecutionStatus.RUNNING, "1"),
        ({"a": 1}, ["t"]),
        "BuiltInMaterializer",
        "BytesMaterializer",
    ]
    first = run.steps["mine"].outputs["first"][0]
    assert first.run_metadata["a"] == 1 and [tag.name for tag in first.tags] == ["t"]


def test_what_the_pipeline_context_knows() -> None:
    seen: List[Any] = []

    def body() -> None:
        context = get_pipeline_context()
        seen.append((context.name, context.enable_cache, context.extra, context.model is context.model))
        fine()

    flow_of(body, name="told", extra={"x": 1}, model=Model(name=fresh("m")))()
    assert seen == [("told", False, {"x": 1}, True)]


def test_branches_go_on_by_default() -> None:
    flow = flow_of(lambda: [below(broken()), fine(2)], name=fresh("branches"))
    with pytest.raises(RuntimeError, match=r"Pipeline run has failed due to failure in step\(s\): broken") as caught:
        flow()
    assert isinstance(caught.value.__cause__, ValueError)
    run = flow.model.last_run
    assert run.status == ExecutionStatus.FAILED and set(run.steps) == {"broken", "fine"}
    failed = run.steps["broken"]
    assert failed.status == "failed" and failed.exception_info.type == "ValueError"
    assert "broken by 1" in failed.exception_info.traceback and "headrace" not in failed.exception_info.traceback
    assert set(failed.outputs) == {"saved_before_breaking"}


@pytest.mark.parametrize("mode", [ExecutionMode.STOP_ON_FAILURE, ExecutionMode.FAIL_FAST, "continue_on_failure"])
def test_execution_modes(mode: Any) -> None:
    flow = flow_of(lambda: [broken(), fine(after="broken")], execution_mode=mode, name=fresh("modes"))
    with pytest.raises(ValueError if mode is FAIL_FAST else RuntimeError, match="broken"):
        flow()
    assert set(flow.model.last_run.steps) == {"broken"}


def test_retries_are_attempts_of_one_step() -> None:
    attempts: List[int] = []

    @step(retry=StepRetryConfig(max_retries=2, delay=0, backoff=1))
    def flaky() -> Annotated[int, "flaky"]:
        attempts.append(1)
        if len(attempts) < 3:
            raise OSError("not yet")
        return len(attempts)

    run = run_of(flaky)
    assert run.steps["flaky"].version == 3 and run.steps["flaky"].output.load() == 3
    tried = Client().list_run_steps(pipeline_run_id=run.id, sort_by="asc:created")
    assert [str(one.status) for one in tried] == ["retried", "retried", "completed"]


def test_hooks_of_steps_and_pipelines() -> None:
    heard: List[Any] = []

    def on_failure(error: BaseException) -> None:
        heard.append(type(error).__name__)

    def on_success() -> None:
        heard.append(get_step_context().step_name)

    def bad_hook() -> None:
        raise RuntimeError("in the hook")

    run_of(lambda: fine(1), lambda: fine.with_options(on_success=bad_hook)(2), on_success=on_success)
    assert heard == ["fine"]
    heard.clear()
    retried = broken.with_options(retry=StepRetryConfig(max_retries=1))
    with pytest.raises(RuntimeError):
        run_of(retried, on_failure=on_failure)
    assert heard == ["ValueError"]


def test_init_and_cleanup_run_once() -> None:
    heard: List[Any] = []

    def on_init(start: int) -> int:
        heard.append("init")
        return start + 1

    @step
    def uses() -> Annotated[int, "state"]:
        state: int = get_step_context().pipeline_state
        return state

    run = run_of(uses, uses, on_init=on_init, on_init_kwargs={"start": 4}, on_cleanup=lambda: heard.append("cleanup"))
    assert run.steps["uses_2"].output.load() == 5 and heard == ["init", "cleanup"]


LOGS = """
import json, logging, sys
{configure}
from zenml import pipeline, step
from zenml.logger import get_logger

logger = get_logger(__name__)

@step
def talks() -> None:
    print("printed")
    logger.info("told")
    logging.getLogger("other").error("other's")

@pipeline(enable_cache=False)
def flow():
    talks()
    talks.with_options(enable_step_logs=False)()

if __name__ == "__main__":
    steps = flow().steps
    print(json.dumps([steps["talks"].logs, steps["talks_2"].logs]))
"""


@pytest.mark.parametrize("configure", ["", "logging.basicConfig(level=logging.INFO)"])
def test_logs_are_at_hand_whoever_configures_logging(engine: Workspace, configure: str) -> None:
    engine.write("logs.py", LOGS.format(configure=configure))
    kept, switched_off = engine.answer("logs.py")
    assert all(kept.count(text) == 1 for text in ("printed", "told", "other's")), kept
    assert switched_off == ""


def test_the_environment_of_a_step() -> None:
    @step(environment={"COMPAT_STEP": "inside"})
    def reads() -> Annotated[str, "read"]:
        return os.environ["COMPAT_STEP"] + os.environ.get("COMPAT_PIPELINE", "")

    run = run_of(reads, environment={"COMPAT_PIPELINE": "+outer", "COMPAT_STEP": "outer"})
    assert run.steps["reads"].output.load() == "inside+outer" and "COMPAT_STEP" not in os.environ


def test_steps_that_are_made_anywhere_run() -> None:
    """ZenML imports steps by their module's name, and can't find these."""
    namespace: dict = {}
    exec("def from_text(x: int = 2) -> int:\n    return x + 1\n", namespace)
    made = {
        "lambda": step(name="a_lambda")(lambda: 3),
        "text": step(namespace["from_text"]),
        "renamed": step(name="renamed")(fine.entrypoint),
        "partial": [step(name=f"made_{n}")(lambda n=n: n) for n in (7, 8)],
    }
    run = run_of(made["lambda"], made["text"], made["renamed"], *made["partial"])
    values = {name: next(iter(one.outputs.values()))[0].load() for name, one in run.steps.items()}
    assert values == {"a_lambda": 3, "from_text": 3, "renamed": 1, "made_7": 7, "made_8": 8}


def test_what_we_do_not_have_names_itself_and_the_way_out() -> None:
    for name in ("zenml.integrations.mlflow", "zenml.stack", "zenml.zen_server.auth", "zenml.orchestrators"):
        with pytest.raises(ImportError, match=r"Headrace does not provide `zenml"):
            __import__(name)
    with pytest.raises(NotImplementedError, match="Dynamic pipelines are not available"):
        pipeline(dynamic=True)(lambda: fine())
    for method in ("deploy", "create_snapshot", "create_run_template"):
        with pytest.raises(NotImplementedError, match=method):
            getattr(pipeline(lambda: fine()), method)("name")
    for method in ("submit", "map", "product"):
        with pytest.raises(NotImplementedError, match=f"`{method}` of step `fine` belongs to dynamic pipelines"):
            getattr(fine, method)([1])
    with pytest.raises(AttributeError, match="no `load` in the pipeline's function"):
        run_of(lambda: fine().load())
    for method in ("create_stack", "create_service_connector", "create_secret", "list_deployments"):
        with pytest.raises((NotImplementedError, AttributeError), match=method):
            getattr(Client(), method)(name="x")
