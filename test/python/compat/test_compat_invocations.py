"""Calls of steps, their inputs, and the pipelines that they are made in (zenml-semantics §1.8 to §1.10, §2.1 to §2.4)."""

from __future__ import annotations

import datetime
import uuid
from typing import Any, Dict, List, Optional, Tuple
from uuid import UUID

import numpy as np
import pandas as pd
import pytest
from flows import FAIL_FAST, flow_of, fresh, run_of
from pydantic import BaseModel
from typing_extensions import Annotated

from zenml import ExternalArtifact, Model, get_step_context, pipeline, save_artifact, step
from zenml.artifacts.unmaterialized_artifact import UnmaterializedArtifact
from zenml.client import Client
from zenml.enums import ModelStages
from zenml.exceptions import StepInterfaceError
from zenml.steps import BaseStep

pytestmark = pytest.mark.usefixtures("engine")


class Settings(BaseModel):
    rate: float = 0.1


@step
def number(n: int = 1) -> int:
    return n


@step
def pair() -> Tuple[int, str]:
    return 1, "a"


@step
def silent() -> None: ...


@step
def total(values: List[int]) -> int:
    return sum(values)


@step
def double(x: float) -> Annotated[str, "seen"]:
    return f"{x!r}"


@step
def anything(value: Any = None) -> Annotated[str, "seen"]:
    return f"{type(value).__name__} {value!r}"


def test_ids_count_up_from_the_name() -> None:
    flow = flow_of(lambda: [number(), number(), number(id="mine"), number.with_options()(), number()])
    flow.prepare()
    assert list(flow.invocations) == ["number", "number_2", "mine", "number_3", "number_4"]
    renamed = flow_of(lambda: [step(name="other")(number.entrypoint)() for _ in range(2)])
    renamed.prepare()
    assert list(renamed.invocations) == ["other", "other_2"]


def test_an_id_is_unique() -> None:
    with pytest.raises(RuntimeError, match="Duplicate step ID"):
        run_of(lambda: number(id="a"), lambda: number(id="a"))


def test_after_takes_ids_and_outputs_also_of_later_calls() -> None:
    order: List[str] = []

    @step
    def note(text: str) -> int:
        order.append(text)
        return 1

    def body() -> None:
        note("last", id="last", after=["middle", "first"])
        first = note("first", id="first")
        note("middle", id="middle", after=first)

    flow_of(body)()
    assert order == ["first", "middle", "last"]
    with pytest.raises(RuntimeError, match="no such step"):
        run_of(lambda: number(after="nowhere"))


def test_what_a_call_answers() -> None:
    seen: Dict[str, Any] = {}

    def body() -> None:
        seen["one"], seen["pair"], seen["none"] = number(), pair(), silent()

    flow_of(body).prepare()
    assert seen["one"].invocation_id == "number" and seen["one"].output_name == "output"
    assert seen["one"].annotation is int and bool(seen["one"])
    assert isinstance(seen["pair"], list) and [one.output_name for one in seen["pair"]] == ["output_0", "output_1"]
    assert seen["none"] == []


def test_one_output_is_not_unpacked() -> None:
    def body() -> None:
        _a, _b = number()

    with pytest.raises(StepInterfaceError, match="one output"):
        flow_of(body)()


def test_artifacts_belong_to_their_pipeline() -> None:
    kept: List[Any] = []
    flow_of(lambda: kept.append(number())).prepare()
    with pytest.raises(RuntimeError, match="different pipeline"):
        run_of(lambda: double(kept[0]))


def test_a_list_of_outputs_is_one_input() -> None:
    run = run_of(lambda: total([number(n) for n in (1, 2, 3)]))
    assert run.steps["total"].output.load() == 6
    assert len(run.steps["total"].inputs["values"]) == 3
    with pytest.raises(StepInterfaceError, match="not JSON serializable"):
        run_of(lambda: total([number(), 2]))
    with pytest.raises(StepInterfaceError, match="not JSON serializable"):
        run_of(lambda: anything({"a": number()}))


def test_inputs_are_converted_to_their_annotation() -> None:
    assert run_of(lambda: double(number(3))).steps["double"].output.load() == "3.0"
    with pytest.raises(StepInterfaceError):
        run_of(lambda: total(number()), execution_mode=FAIL_FAST)


def test_parameters_are_json_and_of_the_annotated_type() -> None:
    with pytest.raises(StepInterfaceError, match="is not JSON serializable"):
        run_of(lambda: anything(pd.DataFrame()))
    with pytest.raises(RuntimeError, match="Input validation failed for input 'x'"):
        run_of(lambda: double("much"))


@step
def many_kinds(
    day: datetime.date, key: UUID, settings: Settings, stage: ModelStages, maybe: Optional[np.ndarray] = None
) -> Annotated[str, "seen"]:
    return f"{day!r} {type(key).__name__} {settings.rate} {stage} {maybe}"


def test_values_that_have_a_json_form_are_parameters() -> None:
    run = run_of(
        lambda: many_kinds(datetime.date(2026, 1, 2), UUID(int=7), Settings(rate=0.5), ModelStages.PRODUCTION, None)
    )
    assert run.steps["many_kinds"].output.load() == "datetime.date(2026, 1, 2) UUID 0.5 production None"


def test_wrong_calls() -> None:
    with pytest.raises(StepInterfaceError, match="Wrong arguments when calling step 'number'"):
        run_of(lambda: number(1, 2))
    with pytest.raises(StepInterfaceError, match="Wrong arguments when calling step 'number'"):
        run_of(lambda: number(m=1))
    with pytest.raises(StepInterfaceError, match="Missing entrypoint input 'x' in step 'double'."):
        run_of(lambda: double())


def test_parameters_from_call_configuration_and_default() -> None:
    configured = number.with_options(parameters={"n": 5})
    run = run_of(lambda: configured(), lambda: configured(6), lambda: number())
    assert [run.steps[name].output.load() for name in ("number", "number_2", "number_3")] == [5, 6, 1]
    assert run.steps["number_2"].config.parameters == {"n": 6}


def test_configure_changes_the_step_and_with_options_a_copy() -> None:
    shared = step(lambda: 1)
    copied = shared.with_options(enable_cache=False, extra={"a": 1})
    assert shared.enable_cache is None and copied.enable_cache is False
    assert shared.configure(enable_cache=True, extra={"b": 2}) is shared and shared.enable_cache is True
    assert shared.with_options(extra={"c": 3}).configuration.extra == {"b": 2, "c": 3}
    assert shared.with_options(extra={"c": 3}, merge=False).configuration.extra == {"c": 3}


def test_steps_called_alone_run_and_answer_their_values() -> None:
    assert number(4) == 4
    assert pair() == (1, "a")
    assert silent() is None
    frame = pd.DataFrame({"a": [1, 2]})
    assert anything(frame).startswith("DataFrame")
    run = Client().get_pipeline("number").last_run
    assert run.steps["number"].config.parameters == {"n": 4}
    number(4)
    assert Client().get_pipeline("number").last_run.steps["number"].status == "completed"


def test_steps_as_functions(monkeypatch: pytest.MonkeyPatch) -> None:
    assert number.entrypoint("as it is") == "as it is"
    assert double.call_entrypoint(3) == "3.0"
    before = Client().list_pipeline_runs(size=1).total
    monkeypatch.setenv("ZENML_RUN_SINGLE_STEPS_WITHOUT_STACK", "true")
    assert double(3) == "3.0"
    assert Client().list_pipeline_runs(size=1).total == before


@step
def calls_another() -> Annotated[str, "seen"]:
    nested = pipeline(lambda: number())()
    return f"{double(2)} {nested}"


def test_inside_a_step_steps_are_functions_and_pipelines_do_not_run() -> None:
    run = run_of(calls_another)
    assert run.steps["calls_another"].output.load() == "2.0 None"
    assert set(run.steps) == {"calls_another"}


def test_nested_pipelines_give_their_steps() -> None:
    @pipeline(name="inner_name", model=Model(name=fresh("inner")), enable_cache=True)
    def inner(n: int) -> Any:
        return number(n)

    run = run_of(lambda: double(inner(2)), lambda: double(inner(3)))
    assert set(run.steps) == {"number", "number_2", "double", "double_2"}
    assert run.model_version is None
    assert run.steps["double_2"].output.load() == "3.0"


class Scaled(BaseStep):
    """A step that is a class."""

    def entrypoint(self, x: int, factor: int = 2) -> Annotated[int, "scaled"]:
        return x * factor


def test_class_based_steps() -> None:
    run = run_of(lambda: Scaled()(number(4)), lambda: Scaled(name="tripled", parameters={"factor": 3})(number(4)))
    assert run.steps["Scaled"].output.load() == 8
    assert run.steps["tripled"].output.load() == 12


def test_pipeline_arguments() -> None:
    seen: List[Any] = []

    @pipeline(name=fresh("arguments"))
    def flow(n: int, settings: Settings = Settings(), stage: ModelStages = ModelStages.STAGING, free=None) -> None:
        seen.append((n, settings.rate, stage, free))
        number(n)

    run = flow(3, settings=Settings(rate=0.7), free=[1])
    assert seen == [(3, 0.7, ModelStages.STAGING, [1])]
    assert run.config.parameters["n"] == 3 and run.config.parameters["free"] == [1]
    for wrong in ({}, {"n": "many"}, {"n": 1, "m": 2}):
        with pytest.raises(ValueError, match="Invalid or missing pipeline function entrypoint arguments"):
            flow(**wrong)

    @pipeline
    def takes_frame(frame: pd.DataFrame) -> None:
        number()

    with pytest.raises(ValueError, match="Invalid or missing pipeline function entrypoint arguments"):
        takes_frame(pd.DataFrame())


def test_a_pipeline_has_steps() -> None:
    with pytest.raises(ValueError, match="cannot be compiled because it has no steps"):
        run_of()


def test_what_a_pipeline_says_of_itself() -> None:
    @pipeline(name="introspected", enable_cache=False)
    def flow(a: int, b: int = 1) -> None:
        number(a)

    assert (flow.name, flow.enable_cache, flow.required_parameters) == ("introspected", False, ["a"])
    assert flow.missing_parameters == ["a"] and not flow.is_prepared
    assert flow.with_options(parameters={"a": 1}).missing_parameters == []
    flow.prepare(a=1)
    assert flow.is_prepared and list(flow.invocations) == ["number"]
    flow(1)
    assert flow.model.name == "introspected" and flow.model.num_runs == 1
    with pytest.raises(NotImplementedError, match="deploy"):
        flow.deploy("name")


def test_external_artifacts() -> None:
    run = run_of(lambda: anything(ExternalArtifact(value=pd.DataFrame({"a": [1]}))))
    assert run.steps["anything"].output.load().startswith("DataFrame")
    assert run.steps["anything"].inputs["value"][0].input_type == "external"
    saved = save_artifact(7, fresh("external"))
    again = run_of(lambda: anything(ExternalArtifact(id=saved.id)), lambda: anything(saved))
    assert again.steps["anything"].output.load() == "int 7"
    assert again.steps["anything_2"].inputs["value"][0].id == saved.id


def test_a_value_from_outside_is_saved_once_for_a_run() -> None:
    external = ExternalArtifact(value=[1, "a"])
    flow = flow_of(lambda: anything(external) and anything([number(), external]))
    seen = [[steps["anything"].inputs["value"][0].id, steps["anything_2"].inputs["value"][1].id] for steps in (flow().steps, flow().steps)]
    assert seen[0][0] == seen[0][1] and seen[1][0] == seen[1][1] and seen[0][0] != seen[1][0]
    assert run_of(lambda: anything(ExternalArtifact(value=None))).steps["anything"].output.load() == "NoneType None"
    with pytest.raises(ValueError):
        ExternalArtifact()
    with pytest.raises(ValueError):
        ExternalArtifact(value=1, id=uuid.uuid4())


@step
def reads_files(data: UnmaterializedArtifact) -> Annotated[List[str], "files"]:
    import os

    return sorted(os.listdir(data.uri))


def test_unmaterialized_inputs() -> None:
    assert "data.json" in run_of(lambda: reads_files(number())).steps["reads_files"].output.load()


@step
def tell_inputs(x: int, y: int = 2) -> Annotated[List[str], "inputs"]:
    return sorted(get_step_context().inputs)


def test_inputs_of_the_context_are_the_artifacts() -> None:
    assert run_of(lambda: tell_inputs(number())).steps["tell_inputs"].output.load() == ["x"]


def test_a_pipeline_may_be_called_again_with_other_options() -> None:
    flow = flow_of(lambda: number(), name=fresh("again"), tags=["a"])
    first, second = flow(), flow.with_options(tags=["b"], enable_cache=True)()
    assert [sorted(tag.name for tag in run.tags) for run in (first, second)] == [["a"], ["a", "b"]]
    with pytest.raises(ValueError, match="both configure"):
        flow.with_options(steps={"number": {}}, step_configurations={"number": {}})
