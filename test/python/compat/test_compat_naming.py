"""Outputs, their names and versions (zenml-semantics §1.1 to §1.6)."""

from __future__ import annotations

import re
import typing
from typing import Any, Callable, Dict, List, Optional, Tuple

import pytest
from flows import FAIL_FAST, run_of
from typing_extensions import Annotated

from zenml import ArtifactConfig, Model, load_artifact, pipeline, save_artifact, step
from zenml.client import Client
from zenml.enums import ArtifactType
from zenml.exceptions import EntityExistsError, StepInterfaceError

pytestmark = pytest.mark.usefixtures("engine")

def outputs_of(function: Callable[..., Any]) -> List[str]:
    return [output.name for output in step(function).entrypoint_definition.outputs]


def nothing() -> None: ...


def bare_return():
    return


def bare_value():
    return 1


def bare_tuple():
    return 1, 2


def one() -> int:
    return 1


def named() -> Annotated[int, "x"]:
    return 1


def configured() -> Annotated[int, ArtifactConfig(name="x")]:
    return 1


def both() -> Annotated[int, "x", ArtifactConfig(version="v")]:
    return 1


def two() -> Tuple[int, str]:
    return 1, "a"


def two_named() -> Tuple[Annotated[int, "n7"], int]:
    return 1, 2


def not_literal() -> Tuple[int, str]:
    pair = (1, "a")
    return pair


def a_list() -> Tuple[int, str]:
    return [1, "a"]  # type: ignore[return-value]


def a_call() -> Tuple[int, str]:
    return two()


def pair() -> Annotated[Tuple[int, str], "pair"]:
    return 1, "a"


def nested_return() -> Tuple[int, str]:
    def inner() -> Tuple[int, str]:
        return 1, "a"

    return inner()


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (nothing, []),
        (bare_return, []),
        (bare_value, ["output"]),
        (bare_tuple, ["output"]),
        (one, ["output"]),
        (named, ["x"]),
        (configured, ["x"]),
        (both, ["x"]),
        (two, ["output_0", "output_1"]),
        (two_named, ["n7", "output_1"]),
        (not_literal, ["output"]),
        (a_list, ["output"]),
        (a_call, ["output"]),
        (pair, ["pair"]),
        (nested_return, ["output"]),
    ],
)
def test_outputs_follow_from_annotation_and_return(function: Callable[..., Any], expected: List[str]) -> None:
    assert outputs_of(function) == expected


def variable() -> Tuple[int, ...]:
    return 1, 2


def twice() -> Tuple[Annotated[int, "a"], Annotated[int, "a"]]:
    return 1, 2


def two_names() -> Annotated[int, "x", ArtifactConfig(name="y")]:
    return 1


def foreign() -> Annotated[int, 5]:
    return 1


def empty() -> Annotated[int, ""]:
    return 1


@pytest.mark.parametrize(
    ("function", "error", "message"),
    [
        (variable, RuntimeError, "Variable length output annotations are not allowed."),
        (twice, RuntimeError, "Duplicate output name"),
        (two_names, ValueError, "twice"),
        (foreign, ValueError, "Annotated"),
        (empty, ValueError, "empty"),
    ],
)
def test_annotations_that_mean_nothing(function: Callable[..., Any], error: "type[Exception]", message: str) -> None:
    with pytest.raises(error, match=re.escape(message)):
        outputs_of(function)


def test_missing_annotations_may_be_forbidden(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZENML_ENFORCE_TYPE_ANNOTATIONS", "True")
    with pytest.raises(RuntimeError):
        outputs_of(bare_value)


def test_reserved_and_variable_parameters() -> None:
    def reserved(after: int) -> None: ...

    def variable(*values: int) -> None: ...

    with pytest.raises(RuntimeError, match="Reserved argument name"):
        step(reserved)
    with pytest.raises(StepInterfaceError):
        step(variable)


@step
def unnamed() -> int:
    return 1


@step
def unnamed_pair() -> Tuple[int, Annotated[int, "second"]]:
    return 1, 2


def test_default_names_hold_pipeline_invocation_and_output() -> None:
    run = run_of(unnamed, unnamed, unnamed_pair, name="names")
    steps = run.steps
    assert steps["unnamed"].output.name == "names::unnamed::output"
    assert steps["unnamed_2"].output.name == "names::unnamed_2::output"
    assert steps["unnamed_pair"].outputs["output_0"][0].name == "names::unnamed_pair::output_0"
    assert steps["unnamed_pair"].outputs["second"][0].name == "second"
    assert not steps["unnamed"].output.artifact.has_custom_name
    assert steps["unnamed_pair"].outputs["second"].artifact.has_custom_name


@step
def wrong_type() -> float:
    return 1  # an int is no float: outputs are not converted


@step
def bool_for_int() -> int:
    return True


@step
def none_for_int() -> int:
    return None  # type: ignore[return-value]


@step
def optional() -> Annotated[Optional[int], "maybe"]:
    return None


@step
def undeclared() -> None:
    return 1  # type: ignore[return-value]


@step
def split_text() -> Tuple[Annotated[str, "a"], Annotated[str, "b"]]:
    return "ab"  # type: ignore[return-value]


@step
def wrong_count(several: bool = True) -> Tuple[int, int]:
    if several:
        return (1, 2, 3)  # type: ignore[return-value]
    return 1, 2


@pytest.mark.parametrize("call", [wrong_type, none_for_int, undeclared, split_text, wrong_count])
def test_what_a_step_returns_must_be_what_it_declares(call: Callable[[], Any]) -> None:
    with pytest.raises(StepInterfaceError):
        run_of(call, execution_mode=FAIL_FAST)
    with pytest.raises(RuntimeError, match=r"Pipeline run has failed due to failure in step\(s\): "):
        run_of(call)


def test_values_that_pass_for_the_declared_type() -> None:
    run = run_of(bool_for_int, optional)
    assert run.steps["bool_for_int"].output.load() is True
    assert run.steps["optional"].outputs["maybe"][0].load() is None


def test_versions_count_up_and_are_text() -> None:
    for expected in ("1", "2", "3"):
        assert save_artifact(expected, "counted").version == expected


def test_explicit_versions() -> None:
    assert save_artifact(1, "explicit", version=10).version == "10"
    assert save_artifact(1, "explicit").version == "11"
    assert save_artifact(1, "explicit", version="1.2.42_0").version == "1.2.42_0"
    assert save_artifact(1, "explicit").version == "12"
    with pytest.raises(EntityExistsError, match="An artifact with the same name and version already exists"):
        save_artifact(1, "explicit", version="10")


def test_latest_is_the_one_created_last() -> None:
    save_artifact("first", "latest_of", version=10)
    save_artifact("second", "latest_of", version=2)
    assert Client().get_artifact_version("latest_of").version == "2"
    assert load_artifact("latest_of") == "second"
    assert load_artifact("latest_of", version="10") == "first"
    listed = Client().list_artifact_versions(name="latest_of", sort_by="version_number")
    assert [one.version for one in listed] == ["2", "10"]


@step
def versioned() -> Annotated[int, ArtifactConfig(name="fixed", version="x", tags=["t1"], run_metadata={"k": 1})]:
    return 1


def test_artifact_config_of_an_output() -> None:
    artifact = run_of(versioned).steps["versioned"].output
    assert (artifact.name, artifact.version) == ("fixed", "x")
    assert [tag.name for tag in artifact.tags] == ["t1"]
    assert artifact.run_metadata["k"] == 1
    with pytest.raises(EntityExistsError):
        run_of(versioned, execution_mode=FAIL_FAST)


@step
def typed() -> Annotated[dict, ArtifactConfig("typed", artifact_type=ArtifactType.MODEL)]:
    return {}


def test_artifact_type_of_an_output_and_the_positional_name() -> None:
    artifact = run_of(typed).steps["typed"].output
    assert (artifact.name, artifact.type) == ("typed", ArtifactType.MODEL)


def test_deprecated_arguments_of_artifact_config() -> None:
    with pytest.warns(DeprecationWarning):
        assert ArtifactConfig("a", is_model_artifact=True).artifact_type == ArtifactType.MODEL
    with pytest.warns(DeprecationWarning):
        assert ArtifactConfig("a", is_deployment_artifact=True).artifact_type == ArtifactType.SERVICE
    with pytest.warns(DeprecationWarning), pytest.raises(ValueError):
        ArtifactConfig("a", is_model_artifact=True, is_deployment_artifact=True)
    with pytest.warns(DeprecationWarning):
        assert ArtifactConfig("a", model_name="m", model_version="1").name == "a"


@step
def templated() -> Tuple[Annotated[int, "t_{date}_{lang}"], Annotated[int, ArtifactConfig(name="c_{lang}")]]:
    return 1, 2


def test_placeholders_in_names() -> None:
    step_level = templated.with_options(substitutions={"lang": "de"})
    run = run_of(
        templated, step_level, substitutions={"lang": "en"}, model=Model(name="m_{lang}", version="v_{lang}_{date}")
    )
    date = run.substitutions["date"]
    assert re.fullmatch(r"\d{4}_\d\d_\d\d", date)
    assert set(run.steps["templated"].outputs) == {f"t_{date}_en", "c_en"}
    assert set(run.steps["templated_2"].outputs) == {f"t_{date}_de", "c_de"}
    assert run.steps["templated_2"].substitutions == {**run.substitutions, "lang": "de"}
    assert (run.model_version.model.name, run.model_version.name) == ("m_en", f"v_en_{date}")


def test_unknown_placeholders() -> None:
    with pytest.raises(KeyError):
        run_of(templated, execution_mode=FAIL_FAST)
    with pytest.raises(ValueError):
        pipeline(name="p")(lambda: unnamed()).with_options(run_name="r_{unknown}")()


def test_run_names() -> None:
    named = pipeline(name="run_names")(lambda: unnamed())
    assert re.fullmatch(r"run_names-\d{4}_\d\d_\d\d-\d\d_\d\d_\d\d_\d{6}", named().name)
    assert named.with_options(run_name="mine_{date}")().name.startswith("mine_2")
    named.with_options(run_name="only_once")()
    with pytest.raises(EntityExistsError):
        named.with_options(run_name="only_once")()
    assert [run.index for run in Client().list_pipeline_runs(pipeline_name="run_names", sort_by="asc:created")] == [1, 2, 3]


def test_unlisted_is_no_name() -> None:
    with pytest.raises(ValueError):
        pipeline(name="unlisted")(lambda: unnamed())


def test_string_annotations_work_although_zenml_refuses_them() -> None:
    """This whole module is written with `from __future__ import annotations`."""
    assert typing.get_type_hints(nothing) == {"return": type(None)}
    assert nothing.__annotations__ == {"return": "None"}
    assert outputs_of(nothing) == []


@step
def mapping() -> Annotated[Dict[str, List[int]], "mapping"]:
    return {"a": [1]}


def test_generics_are_checked_by_their_origin() -> None:
    assert run_of(mapping).steps["mapping"].output.load() == {"a": [1]}
