"""Configuration files and what they are laid over (zenml-semantics §2.5 to §2.7)."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Literal

import pytest
from conftest import Workspace
from flows import flow_of, fresh

from zenml import CachePolicy, Model, get_pipeline_context, get_step_context, pipeline, step
from zenml.client import Client
from zenml.config import DockerSettings, ResourceSettings
from zenml.config.retry_config import StepRetryConfig
from zenml.config.schedule import Schedule
from zenml.enums import ExecutionMode
from zenml.exceptions import HookValidationException


@step
def number(n: int = 1) -> int:
    return n


@step
def needs(n: int) -> int:
    return n


def configured(engine: Workspace, text: str, flow: Any) -> Any:
    path = engine.write(f"{fresh('config')}.yaml", text)
    return flow.with_options(config_path=str(path))


def test_yaml_beats_code(engine: Workspace) -> None:
    seen: Dict[str, Any] = {}

    def body() -> None:
        context = get_pipeline_context()
        seen.update(extra=context.extra, model=context.model)
        number()

    flow = flow_of(body, extra={"a": 1, "b": 1}, model=Model(name="code"), tags=["code"])
    name = fresh("model")
    run = configured(
        engine,
        f"""
        run_name: "named_{{date}}_{name}"
        extra: {{b: 2, c: 2}}
        tags: [yaml]
        model: {{name: {name}, version: v1, license: MIT, tags: [x]}}
        steps:
          number: {{parameters: {{n: 9}}, extra: {{s: 1}}}}
        """,
        flow,
    )()
    assert seen["extra"] == {"a": 1, "b": 2, "c": 2} and seen["model"].name == name
    assert run.name.startswith("named_2") and run.name.endswith(name)
    assert (run.model_version.model.name, run.model_version.name) == (name, "v1")
    assert run.model_version.model.license == "MIT"
    assert run.steps["number"].output.load() == 9
    assert sorted(tag.name for tag in run.tags) == ["code", "yaml"]


def test_the_configuration_that_applied_is_kept(engine: Workspace) -> None:
    @step(extra={"own": {"x": 1}}, retry=StepRetryConfig(max_retries=2), cache_policy=CachePolicy(expires_after=60))
    def asked(n: int, rate: float = 0.5) -> float:
        return n * rate

    flow = flow_of(
        lambda: asked(3), extra={"own": {"y": 1}, "deep": {"a": 1, "b": 1}}, model=Model(name=fresh("m")), tags=["code"]
    )
    run = configured(
        engine,
        """
        enable_cache: false
        extra: {deep: {b: 2}}
        steps: {asked: {enable_cache: true, parameters: {rate: 2.5}}}
        """,
        flow,
    )()
    assert (run.config.enable_cache, run.config.enable_step_logs, run.config.tags) == (False, None, ["code"])
    assert run.config.extra == {"own": {"y": 1}, "deep": {"a": 1, "b": 2}}
    assert run.config.execution_mode == ExecutionMode.CONTINUE_ON_FAILURE
    assert run.config.model.name == run.model_version.model.name
    config = run.steps["asked"].config
    assert (config.enable_cache, config.parameters) == (True, {"n": 3, "rate": 2.5})
    assert config.extra == {"own": {"x": 1, "y": 1}, "deep": {"a": 1, "b": 2}}
    assert (config.retry.max_retries, config.cache_policy.expires_after) == (2, 60)
    assert run.steps["asked"].spec.source.attribute == "asked"
    assert set(config.substitutions) == set(run.config.substitutions) == {"date", "time"}


def test_a_template_of_the_configuration(engine: Workspace) -> None:
    @step(settings={"docker": DockerSettings(requirements=["a"])}, retry=StepRetryConfig(max_retries=1))
    def scaled(value: int, on: bool, by: "Literal['linear', 'log']" = "linear") -> str:
        return f"{value} {on} {by}"

    @pipeline(name="templated", model=Model(name=fresh("m"), version="v1"), cache_policy="default", enable_cache=False)
    def flow(start: int, note: str = "a: b # c") -> None:
        scaled(number(start), on=True)

    with pytest.raises(RuntimeError, match="start"):
        flow.write_run_configuration_template("template.yaml")
    flow.prepare(start=4)
    flow.write_run_configuration_template("template.yaml")
    text = Path("template.yaml").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line]
    assert all(line.startswith("# ") for line in lines) and "#   start: 4  # int" in lines and '#       "on": true  # bool' in lines
    as_it_is = flow.with_options(config_path="template.yaml")(start=5)
    assert as_it_is.steps["number"].output.load() == 5 and as_it_is.model_version.name == "v1"
    # Everything uncommented says the same as the code does, and is accepted.
    Path("template.yaml").write_text("\n".join(line[2:] for line in lines[2:]), encoding="utf-8")
    run = flow.with_options(config_path="template.yaml")()
    assert run.config.parameters == {"start": 4, "note": "a: b # c"} and run.model_version == as_it_is.model_version
    assert run.steps["scaled"].output.load() == "4 True linear" and run.steps["scaled"].config.retry.max_retries == 1


def test_yaml_beats_configure_that_comes_later(engine: Workspace) -> None:
    flow = configured(engine, "extra: {a: yaml}", flow_of(lambda: number()))
    flow.configure(extra={"a": "code"})
    assert flow().config.extra["a"] == "yaml"


@pytest.mark.parametrize(
    ("pipeline_code", "step_code", "yaml_top", "yaml_step", "cached"),
    [
        (True, None, None, None, True),
        (False, None, None, None, False),
        (False, True, None, None, True),
        (True, True, False, None, False),
        (False, False, True, None, True),
        (True, True, True, False, False),
        (False, False, False, True, True),
    ],
)
def test_who_switches_the_cache(
    engine: Workspace, pipeline_code: bool, step_code: Any, yaml_top: Any, yaml_step: Any, cached: bool
) -> None:
    tried = number.with_options(enable_cache=step_code)
    flow = flow_of(lambda: tried(77), enable_cache=pipeline_code)
    text = "" if yaml_top is None else f"enable_cache: {yaml_top}\n"
    text += "" if yaml_step is None else f"steps: {{number: {{enable_cache: {yaml_step}}}}}\n"
    if text:
        flow = configured(engine, text, flow)
    flow_of(lambda: number(77))()
    assert flow().steps["number"].status == ("cached" if cached else "completed")


def test_parameters_in_two_places_must_agree(engine: Workspace) -> None:
    def body(rate: float = 0.1) -> None:
        number(3)

    flow = configured(engine, "parameters: {rate: 0.5}", pipeline(name=fresh("rates"))(body))
    assert flow().config.parameters["rate"] == 0.5
    assert flow(rate=0.5).config.parameters["rate"] == 0.5
    with pytest.raises(RuntimeError, match="Configured parameter.*conflict with parameter passed in runtime"):
        flow(rate=0.7)
    steps = configured(engine, "steps: {number: {parameters: {n: 4}}}", flow_of(lambda: number(3)))
    with pytest.raises(RuntimeError, match="Configured parameter.*conflict with parameter passed in runtime"):
        steps()


def test_yaml_fills_required_parameters(engine: Workspace) -> None:
    run = configured(engine, "steps: {needs: {parameters: {n: 4}}}", flow_of(lambda: needs()))()
    assert run.steps["needs"].output.load() == 4

    def body(n: int) -> None:
        number(n)

    run = configured(engine, "parameters: {n: 8}", pipeline(name=fresh("required"))(body))()
    assert run.steps["number"].output.load() == 8


def test_environment_variables_in_values(engine: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPAT_RATE", "0.25")
    run = configured(engine, "extra: {rate: '${COMPAT_RATE}'}", flow_of(lambda: number()))()
    assert str(run.config.extra["rate"]) == "0.25"


def test_what_the_file_says_wrongly(engine: Workspace, capfd: pytest.CaptureFixture[str]) -> None:
    configured(engine, "steps: {nobody: {enable_cache: false}}", flow_of(lambda: number()))()
    assert "`nobody`" in capfd.readouterr().err
    with pytest.raises(ValueError, match="enable_cash"):
        configured(engine, "enable_cash: true", flow_of(lambda: number()))()
    with pytest.raises(FileNotFoundError):
        flow_of(lambda: number()).with_options(config_path="nowhere.yaml")()


@step
def told() -> str:
    return repr(get_step_context().pipeline_run.config.extra)


def test_settings_without_meaning_are_kept_and_said_once(engine: Workspace, capfd: pytest.CaptureFixture[str]) -> None:
    settings = {"docker": DockerSettings(requirements=["x"]), "resources": ResourceSettings(cpu_count=2)}
    tried = number.with_options(settings={"orchestrator.local": {"a": 1}}, experiment_tracker="t", step_operator="s")
    run = flow_of(lambda: tried(), settings=settings)()
    said = capfd.readouterr().err
    assert run.status == "completed"
    for name in ("`docker`", "`resources`", "`orchestrator.local`", "`experiment_tracker`", "`step_operator`"):
        assert said.count(name) == 1, said


def test_schedules_are_checked_and_ignored(engine: Workspace, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError):
        Schedule(name="neither")
    run = flow_of(lambda: number()).with_options(schedule=Schedule(cron_expression="0 1 * * *"))()
    assert run.status == "completed" and "schedule is ignored" in capfd.readouterr().err


def test_hooks_have_a_signature() -> None:
    def two(a: Any, b: Any) -> None: ...

    def one(a: Any) -> None: ...

    with pytest.raises(HookValidationException):
        step(on_failure=two)(lambda: None)
    with pytest.raises(HookValidationException):
        pipeline(on_success=one)(lambda: None)


def test_retry_and_substitutions_come_down_from_the_pipeline(engine: Workspace) -> None:
    attempts = []

    @step
    def flaky() -> int:
        attempts.append(1)
        if len(attempts) < 3:
            raise ValueError("not yet")
        return len(attempts)

    run = flow_of(lambda: flaky(), retry=StepRetryConfig(max_retries=2))()
    assert run.steps["flaky"].output.load() == 3 and run.steps["flaky"].version == 3
    attempts.clear()
    run = configured(engine, "retry: {max_retries: 3}", flow_of(lambda: flaky()))()
    assert run.status == "completed"


def test_execution_mode_and_policy_from_the_file(engine: Workspace) -> None:
    @step
    def bad() -> int:
        raise KeyError("from yaml")

    with pytest.raises(KeyError, match="from yaml"):
        configured(engine, "execution_mode: fail_fast", flow_of(lambda: bad()))()
    with pytest.raises(ValueError):
        flow_of(lambda: number(), execution_mode="sometimes")
    run = configured(engine, "cache_policy: {include_step_parameters: false}", flow_of(lambda: number(1), enable_cache=True))
    run()
    assert run().steps["number"].status == "cached"


def test_pipeline_versions_of_yaml_templates(engine: Workspace) -> None:
    """`Client().get_pipeline` knows a pipeline by its configured name."""
    flow = flow_of(lambda: number(), name="by_name")
    flow()
    assert Client().get_pipeline("by_name").last_run.pipeline_name == "by_name"
