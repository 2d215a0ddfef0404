"""Tracing a pipeline's function into a spec (zenml-semantics §1.8, §1.9, §2)."""

import sdk_path  # noqa: F401

import enum
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

import pytest

from headrace import get_pipeline_context, pipeline, step
from headrace._compile import Request, compile_pipeline
from headrace.config.cache_policy import CachePolicy
from headrace.config.retry_config import StepRetryConfig
from headrace.exceptions import HookValidationException, StepInterfaceError, UnsupportedFeatureError


@step
def numbers() -> Tuple[int, int]:
    return 1, 2


@step
def make(n: int = 1) -> int:
    return n


@step
def add(a: int, b: int = 10) -> int:
    return a + b


@step
def total(items: List[int]) -> int:
    return sum(items)


def compiled(traced: Any, *args: Any, **kwargs: Any) -> Dict[str, Any]:
    return compile_pipeline(traced, args, kwargs).spec


def invocations(spec: Dict[str, Any]) -> Dict[str, Any]:
    return {invocation["id"]: invocation for invocation in spec["invocations"]}


def test_the_graph() -> None:
    @pipeline(name="graph", enable_cache=False)
    def graph(n: int = 3):  # type: ignore[no-untyped-def]
        """Adds."""
        first, second = numbers()
        result = add(first, make(n))
        return add(second, b=5, after="late"), result, make(id="late", after=result)

    spec = compiled(graph)
    found = invocations(spec)
    assert list(found) == ["numbers", "make", "add", "add_2", "late"]
    assert found["add"]["inputs"] == {
        "a": {"kind": "output", "invocation": "numbers", "output": "output_0"},
        "b": {"kind": "output", "invocation": "make", "output": "output"},
    }
    assert found["make"]["inputs"] == {"n": {"kind": "value", "value": 3}}
    assert found["late"]["after"] == ["add"] and found["add_2"]["after"] == ["late"]
    assert [output["assigned"] for output in found["numbers"]["outputs"]] == ["first", "second"]
    assert found["add"]["outputs"][0]["assigned"] == "result"
    assert found["make"]["outputs"][0]["assigned"] is None
    assert spec["pipeline"]["parameters"] == {"n": 3} and spec["pipeline"]["docstring"] == "Adds."
    assert [output["invocation"] for output in spec["outputs"]] == ["add_2", "add", "late"]
    assert len(spec["definitions"]) == 3


def test_a_list_of_outputs_is_one_input() -> None:
    @pipeline
    def fan_in():  # type: ignore[no-untyped-def]
        total([make(n) for n in range(3)])

    items = invocations(compiled(fan_in))["total"]["inputs"]["items"]
    assert items["kind"] == "list" and [item["invocation"] for item in items["items"]] == ["make", "make_2", "make_3"]


def test_outputs_of_one_step_cannot_be_unpacked() -> None:
    @pipeline
    def unpacks():  # type: ignore[no-untyped-def]
        a, b = make()

    with pytest.raises(StepInterfaceError, match="`make` has one output"):
        compiled(unpacks)


def test_ids_and_order_that_contradict() -> None:
    @pipeline
    def twice():  # type: ignore[no-untyped-def]
        make(id="a")
        make(id="a")

    @pipeline
    def unknown():  # type: ignore[no-untyped-def]
        make(after="nobody")

    with pytest.raises(RuntimeError, match="Duplicate step ID `a`"):
        compiled(twice)
    with pytest.raises(RuntimeError, match="no such step") as caught:
        compiled(unknown)
    assert caught.value.__headrace_location__["line"] == unknown.entrypoint.__code__.co_firstlineno + 2  # type: ignore[attr-defined]


def test_an_output_of_another_pipeline() -> None:
    kept: List[Any] = []

    @pipeline
    def first():  # type: ignore[no-untyped-def]
        kept.append(make())

    @pipeline
    def second():  # type: ignore[no-untyped-def]
        add(kept[0])

    compiled(first)
    with pytest.raises(RuntimeError, match="different pipeline"):
        compiled(second)


def test_parameters_are_checked_and_converted() -> None:
    class Colour(enum.Enum):
        RED = "red"

    @step
    def typed(rate: float, path: Path, colour: Colour, names: Optional[List[str]] = None) -> None:
        pass

    @pipeline
    def good():  # type: ignore[no-untyped-def]
        typed(1, "a/b", "red", names=("x", "y"))

    @pipeline
    def wrong():  # type: ignore[no-untyped-def]
        make("many")

    @pipeline
    def no_json():  # type: ignore[no-untyped-def]
        make(object())

    @pipeline
    def too_many():  # type: ignore[no-untyped-def]
        make(1, 2)

    @pipeline
    def missing():  # type: ignore[no-untyped-def]
        add()

    values = invocations(compiled(good))["typed"]["inputs"]
    assert {name: value["value"] for name, value in values.items()} == {
        "rate": 1.0,
        "path": str(Path("a/b")),
        "colour": "red",
        "names": ["x", "y"],
    }
    with pytest.raises(RuntimeError, match="Input validation failed for input 'n'.*Expected type `int`"):
        compiled(wrong)
    with pytest.raises(StepInterfaceError, match="not JSON serializable"):
        compiled(no_json)
    with pytest.raises(StepInterfaceError, match="Wrong arguments when calling step 'make'"):
        compiled(too_many)
    with pytest.raises(StepInterfaceError, match="Missing entrypoint input 'a' in step 'add'"):
        compiled(missing)


def test_pipeline_arguments() -> None:
    @pipeline
    def trains(epochs: int, name="x"):  # type: ignore[no-untyped-def]
        make(epochs)

    assert compiled(trains, "3")["pipeline"]["parameters"] == {"epochs": 3, "name": "x"}
    for call in ({}, {"epochs": object()}, {"epochs": "many"}, {"epochs": 1, "lr": 2}):
        with pytest.raises(ValueError, match="Invalid or missing pipeline function entrypoint arguments"):
            compiled(trains, **call)
    assert compiled(trains.with_options(parameters={"epochs": 4}))["pipeline"]["parameters"]["epochs"] == 4


def test_a_pipeline_without_steps() -> None:
    @pipeline
    def empty():  # type: ignore[no-untyped-def]
        pass

    with pytest.raises(ValueError, match="cannot be compiled because it has no steps"):
        compiled(empty)


def test_a_pipeline_inside_of_a_pipeline_gives_its_steps() -> None:
    @pipeline(name="inner", enable_cache=False)
    def inner():  # type: ignore[no-untyped-def]
        return make(1)

    @pipeline
    def outer():  # type: ignore[no-untyped-def]
        add(inner(), inner())

    spec = compiled(outer)
    assert list(invocations(spec)) == ["make", "make_2", "add"] and spec["pipeline"]["enableCache"] is None


def test_options_of_steps() -> None:
    policy = CachePolicy(include_step_code=False, ignored_inputs=["n"], expires_after=60)
    changed = make.with_options(
        enable_cache=False, retry=StepRetryConfig(2, 1, 3), cache_policy=policy, extra={"a": 1}, parameters={"n": 7}
    ).with_options(extra={"b": 2})

    @pipeline(extra={"a": 0, "c": 3}, retry=StepRetryConfig(1))
    def configured():  # type: ignore[no-untyped-def]
        changed()
        make()

    found = invocations(compiled(configured))
    assert found["make"]["enableCache"] is False and found["make_2"]["enableCache"] is None
    assert found["make"]["retry"] == {"maxRetries": 2, "delay": 1, "backoff": 3}
    assert found["make_2"]["retry"]["maxRetries"] == 1
    assert found["make"]["extra"] == {"a": 1, "b": 2, "c": 3}
    assert found["make"]["inputs"]["n"]["value"] == 7 and found["make_2"]["inputs"]["n"]["value"] == 1
    assert found["make"]["cachePolicy"]["includeStepCode"] is False
    assert make.enable_cache is None


def test_options_that_cannot_be() -> None:
    def two_arguments(a: int, b: int) -> None:
        pass

    with pytest.raises(HookValidationException, match="on_failure"):
        make.with_options(on_failure=two_arguments)
    with pytest.raises(StepInterfaceError, match="no such input"):
        make.with_options(parameters={"m": 1})
    with pytest.raises(StepInterfaceError, match="output 'x'"):
        make.with_options(output_materializers={"x": object})
    with pytest.raises(UnsupportedFeatureError, match="Dynamic pipelines"):
        pipeline(dynamic=True)
    with pytest.raises(ValueError, match="unlisted"):
        pipeline(name="unlisted")(lambda: None)


def test_the_pipeline_context() -> None:
    seen: List[Any] = []

    @pipeline(name="context", extra={"k": 1}, enable_cache=True)
    def asks():  # type: ignore[no-untyped-def]
        seen.append(get_pipeline_context())
        make()

    compiled(asks)
    assert (seen[0].name, seen[0].extra, seen[0].enable_cache, seen[0].model) == ("context", {"k": 1}, True, None)
    with pytest.raises(RuntimeError, match="No active pipeline found"):
        get_pipeline_context()


def test_what_has_no_meaning_here_is_noticed() -> None:
    from headrace.config.schedule import Schedule
    from headrace.config.settings import DockerSettings, ResourceSettings

    @pipeline(settings={"docker": DockerSettings(requirements=["x"])})
    def elsewhere():  # type: ignore[no-untyped-def]
        make.with_options(settings={"resources": ResourceSettings(memory="4GB")})()

    spec = compile_pipeline(elsewhere.with_options(schedule=Schedule(cron_expression="* * * * *")), (), {}, Request()).spec
    assert any("`docker`, `resources`" in notice for notice in spec["notices"])
    assert any("schedule" in notice for notice in spec["notices"])
    with pytest.raises(ValueError, match="memory"):
        ResourceSettings(memory="much")
    with pytest.raises(ValueError, match="cron expression"):
        Schedule()


def test_calling_functions_directly() -> None:
    assert add.entrypoint(1, 2) == 3
    assert add.call_entrypoint("1") == 11
    with pytest.raises(StepInterfaceError, match="Expected type `int`"):
        add.call_entrypoint("x")
    with pytest.raises(StepInterfaceError, match="Missing"):
        add.call_entrypoint()


def test_class_based_steps() -> None:
    from headrace.steps.base_step import BaseStep

    class Scale(BaseStep):
        """Scales."""

        def entrypoint(self, x: int) -> int:
            return x * 2

    @pipeline
    def scales():  # type: ignore[no-untyped-def]
        Scale()(Scale(name="first")(1))

    spec = compiled(scales)
    assert list(invocations(spec)) == ["first", "Scale"]
    assert spec["definitions"][0]["sourcePath"].endswith("Scale")
