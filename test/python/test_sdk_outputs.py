"""What a step function declares that it returns (zenml-semantics §1.1)."""

from __future__ import annotations

import sdk_path  # noqa: F401

from typing import Any, Dict, List, Optional, Tuple

import pytest
from typing_extensions import Annotated

from headrace import ArtifactConfig, step
from headrace.exceptions import StepInterfaceError


def declared(decorated: Any) -> List[Any]:
    return [(output.name, output.annotation) for output in decorated.entrypoint_definition.outputs]


def test_nothing() -> None:
    @step
    def annotated() -> None:
        pass

    @step
    def bare():  # type: ignore[no-untyped-def]
        if annotated:
            return
        return None

    assert declared(annotated) == declared(bare) == []


def test_one() -> None:
    @step
    def number() -> int:
        return 1

    @step
    def anything():  # type: ignore[no-untyped-def]
        return 1, 2

    @step
    def named() -> Annotated[int, "x"]:
        return 1

    @step
    def configured() -> Annotated[int, ArtifactConfig("y", version="1")]:
        return 1

    @step
    def pair() -> Annotated[Tuple[int, str], "pair"]:
        return 1, "a"

    assert declared(number) == [("output", int)]
    assert declared(anything) == [("output", Any)]
    assert declared(named) == [("x", int)]
    assert declared(configured) == [("y", int)]
    assert declared(pair) == [("pair", Tuple[int, str])]


def test_several_need_a_tuple_in_the_return_statement() -> None:
    @step
    def two() -> Tuple[Annotated[int, "n7"], str]:
        return 1, "a"

    @step
    def through_a_variable() -> Tuple[int, str]:
        both = (1, "a")
        return both

    @step
    def only_inside() -> Tuple[int, str]:
        def inner() -> Tuple[int, str]:
            return 1, "a"

        return inner()

    assert declared(two) == [("n7", int), ("output_1", str)]
    assert [name for name, _ in declared(through_a_variable)] == ["output"]
    assert [name for name, _ in declared(only_inside)] == ["output"]


def test_a_function_without_source_is_read_from_its_byte_code() -> None:
    names: Dict[str, Any] = {"Tuple": Tuple}
    exec("def two() -> Tuple[int, str]:\n    return 1, str(1)\ndef one() -> Tuple[int, str]:\n    return x\n", names)
    assert [name for name, _ in declared(step(names["two"]))] == ["output_0", "output_1"]
    assert [name for name, _ in declared(step(names["one"]))] == ["output"]


def test_names_of_a_factory_reach_annotations_that_are_text() -> None:
    def make(prefix: str) -> Any:
        @step
        def dynamic(data: Any) -> Annotated[Dict[str, Any], ArtifactConfig(name=f"{prefix}_artifact")]:
            return {"data": data}

        return dynamic

    assert [name for name, _ in declared(make("train"))] == ["train_artifact"]


def test_names_that_only_type_checkers_know_check_like_any() -> None:
    @step
    def frame() -> Annotated["pd.DataFrame", "frame"]:  # type: ignore[name-defined] # noqa: F821
        return None

    assert [name for name, _ in declared(frame)] == ["frame"]


@pytest.mark.parametrize(
    ("annotation", "error", "message"),
    [
        (Tuple[int, ...], RuntimeError, "Variable length output annotations are not allowed"),
        (Tuple[Annotated[int, "a"], Annotated[int, "a"]], RuntimeError, "Duplicate output name"),
        (Annotated[int, "a", "b"], ValueError, "one name"),
        (Annotated[int, 3], ValueError, "nothing else"),
        (Annotated[int, ""], ValueError, "empty"),
        (Annotated[int, "a", ArtifactConfig(name="b")], ValueError, "twice"),
    ],
)
def test_what_cannot_be(annotation: Any, error: type, message: str) -> None:
    def function() -> Any:
        return 1, 2

    function.__annotations__["return"] = annotation
    with pytest.raises(error, match=message):
        step(function)


def test_parameters_that_cannot_be() -> None:
    with pytest.raises(RuntimeError, match="Reserved argument name 'after'"):

        @step
        def reserved(after: int) -> None:
            pass

    with pytest.raises(StepInterfaceError, match="Variable arguments"):

        @step
        def variable(*items: int) -> None:
            pass


def test_artifact_config_takes_old_words_with_a_warning() -> None:
    with pytest.warns(DeprecationWarning):
        config = ArtifactConfig("m", is_model_artifact=True)
    assert config.artifact_type is not None and config.artifact_type.value == "ModelArtifact"
    with pytest.raises(TypeError, match="unexpected"):
        ArtifactConfig("m", colour="red")
    with pytest.raises(ValueError), pytest.warns(DeprecationWarning):
        ArtifactConfig(is_model_artifact=True, is_deployment_artifact=True)


def test_optional_annotations_are_shown_as_written() -> None:
    from headrace._annotations import show

    assert show(Optional[int]) == "int | None"
    assert show(Dict[str, int]) == "Dict[str, int]"
    assert show(Tuple[int, ...]) == "Tuple[int, …]"
