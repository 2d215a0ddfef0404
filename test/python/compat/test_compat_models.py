"""The model control plane (zenml-semantics §4.1 to §4.5, §4.8)."""

from __future__ import annotations

from typing import Any, Dict, List, Optional

import pytest
from flows import FAIL_FAST, flow_of, fresh, run_of
from typing_extensions import Annotated

from zenml import (
    ArtifactConfig,
    Model,
    get_pipeline_context,
    get_step_context,
    link_artifact_to_model,
    log_metadata,
    log_model_metadata,
    pipeline,
    save_artifact,
    step,
)
from zenml.client import Client
from zenml.enums import ArtifactType, ModelStages
from zenml.exceptions import EntityExistsError, StepContextError

pytestmark = pytest.mark.usefixtures("engine")


@step
def data() -> Annotated[int, "data"]:
    return 1


@step
def classifier(value: int = 1) -> Annotated[int, ArtifactConfig(name="classifier", artifact_type=ArtifactType.MODEL)]:
    return value


@step
def show(value: Any) -> Annotated[Any, "shown"]:
    return value


def shown(run: Any, name: str = "show") -> Any:
    return run.steps[name].output.load()


def versions_of(name: str) -> List[str]:
    return [one.name for one in Client().list_model_versions(name, sort_by="asc:number")]


# -- which version a run gets (§4.2)


def test_without_a_version_each_run_gets_the_next_number() -> None:
    name = fresh("m")
    flow = flow_of(lambda: [data(), show.with_options(model=Model(name=name))(1)], model=Model(name=name))
    first, second = flow(), flow()
    assert [first.model_version.name, second.model_version.name] == ["1", "2"]
    assert first.steps["show"].model_version.id == first.model_version.id


def test_named_versions_are_made_once_and_numbers_count_all() -> None:
    name = fresh("m")
    for version, number in (("a", 1), ("b", 2), ("a", 1), (None, 3)):
        run = run_of(data, model=Model(name=name, version=version))
        assert (run.model_version.number, run.model_version.name) == (number, version or str(number))
    assert run_of(data, model=Model(name=name, version=2)).model_version.name == "b"
    assert run_of(data, model=Model(name=name, version="2")).model_version.name == "b"
    assert run_of(data, model=Model(name=name, version="1.2.42")).model_version.number == 4


@pytest.mark.parametrize("version", [7, "7", "production", ModelStages.STAGING, ModelStages.LATEST])
def test_what_must_exist_and_does_not(version: Any) -> None:
    name = fresh("m")
    before = Client().list_pipeline_runs(size=1).total
    with pytest.raises(KeyError):
        run_of(data, model=Model(name=name, version=version))
    assert Client().list_pipeline_runs(size=1).total == before


def test_latest_is_the_highest_number() -> None:
    name = fresh("m")
    for version in ("a", "b"):
        run_of(data, model=Model(name=name, version=version))
    assert run_of(data, model=Model(name=name, version=ModelStages.LATEST)).model_version.name == "b"


def test_a_failed_run_keeps_its_version_and_a_cached_one_gets_a_new_one() -> None:
    name = fresh("m")

    @step
    def bad() -> int:
        raise ValueError

    with pytest.raises(RuntimeError):
        run_of(bad, model=Model(name=name))
    assert versions_of(name) == ["1"]
    cached = flow_of(lambda: classifier(31), model=Model(name=name), enable_cache=True)
    cached()
    run = cached()
    assert run.steps["classifier"].status == "cached" and run.model_version.name == "3"
    assert run.model_version.get_model_artifact("classifier").id == run.steps["classifier"].output.id


def test_what_a_model_says_of_itself_is_kept_when_it_is_made() -> None:
    name = fresh("m")
    texts = dict(license="MIT", audience="all", use_cases="u", limitations="l", trade_offs="t", ethics="e")
    run = run_of(data, model=Model(name=name, description="first", tags=["x"], **texts))
    model = Client().get_model(name)
    assert {key: getattr(model, key) for key in texts} == texts
    assert run.model_version.description == "first" and [tag.name for tag in run.model_version.tags] == ["x"]
    run_of(data, model=Model(name=name, license="GPL"))
    assert Client().get_model(name).license == "MIT"


def test_a_model_may_be_an_argument_of_a_pipeline_and_of_a_step() -> None:
    seen: List[str] = []

    @step
    def told(model: Model) -> Annotated[str, "told"]:
        return f"{type(model).__name__} {model.name} {model.version}"

    @pipeline(name="model_argument", enable_cache=False)
    def flow(model: Model, other: Optional[Model] = None) -> None:
        seen.append(f"{model.name} {model.version} {other}")
        told(model)
        told(get_pipeline_context().model.name and Model(name=model.name, version="2"))

    name = fresh("m")
    run = flow.with_options(model=Model(name=name))(model=Model(name=name, version="v1", tags=["a"]))
    assert seen == [f"{name} v1 None"]
    assert run.steps["told"].output.load() == f"Model {name} v1" and run.steps["told_2"].output.load() == f"Model {name} 2"
    assert (run.config.parameters["model"]["name"], run.config.parameters["model"]["version"]) == (name, "v1")
    with pytest.raises(ValueError, match="Invalid or missing pipeline function entrypoint arguments"):
        flow("no model")


def test_options_that_models_had_once_are_ignored(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("WARNING", logger="headrace"):
        assert Model(name="old", delete_new_version_on_failure=True).name == "old"
    assert "`delete_new_version_on_failure`: ignored" in caplog.text
    with pytest.raises(ValueError, match="internal use only"):
        Model(name="old", model_version_id="x")


# -- reading through Model, and what it makes (§4.1)


def test_reading_never_makes_a_version() -> None:
    name = fresh("m")
    Client().create_model(name)
    model = Model(name=name)
    assert model.get_artifact("x") is None and model.get_model_artifact("x") is None
    assert model.stage is None
    with pytest.raises(RuntimeError):
        model.id
    assert model == Model(name=name) and model != Model(name=name, version="other")
    with pytest.raises(ValueError, match="does not have an artifact with name x"):
        model.load_artifact("x")
    assert versions_of(name) == []


def test_number_and_stage_of_what_is_missing() -> None:
    name = fresh("m")
    Client().create_model(name)
    with pytest.raises(KeyError):
        Model(name=name, version=3).number
    with pytest.raises(KeyError):
        Model(name=name, version="production").get_artifact("x")


def test_writing_makes_the_version_once() -> None:
    name = fresh("m")
    model = Model(name=name)
    model.log_metadata({"a": 1})
    model.log_metadata({"b": 2})
    assert versions_of(name) == ["1"] and model.number == 1
    assert model.run_metadata == {"a": 1, "b": 2}
    with pytest.raises(ValueError):
        Model(name=name, model_version_id="x")  # type: ignore[call-arg]


def test_a_model_object_reads_what_is_linked() -> None:
    name = fresh("m")
    run_of(data, lambda: classifier(5), model=Model(name=name, version="v"))
    model = Model(name=name, version="v")
    assert model.load_artifact("classifier") == 5 and model.get_data_artifact("data").load() == 1
    assert model.get_model_artifact("data") is None and model.get_artifact("data").name == "data"
    assert model.id == Client().get_model_version(name, "v").id
    assert model.model_id == Client().get_model(name).id
    model.delete_artifact("data")
    assert model.get_artifact("data") is None and Client().get_artifact_version("data") is not None
    model.delete_all_artifacts()
    assert model.get_artifact("classifier") is None


# -- stages (§4.3)


def test_one_version_holds_a_stage() -> None:
    name = fresh("m")
    first, second = (Client().create_model_version(name, name=text) for text in ("a", "b") if make_model(name))
    assert first.stage is None
    first.set_stage(ModelStages.PRODUCTION)
    first.set_stage("production")
    with pytest.raises(RuntimeError, match="is in production, but `force` flag is False."):
        second.set_stage(ModelStages.PRODUCTION)
    second.set_stage(ModelStages.PRODUCTION, force=True)
    assert Client().get_model_version(name, ModelStages.PRODUCTION).name == "b"
    assert Client().get_model_version(name, "a").stage == "archived"
    with pytest.raises(ValueError):
        second.set_stage("foo")
    with pytest.raises(ValueError):
        Model(name=name, version="a").set_stage("foo")


def make_model(name: str) -> bool:
    try:
        Client().create_model(name)
    except EntityExistsError:
        pass
    return True


def test_reserved_version_names() -> None:
    name = fresh("m")
    make_model(name)
    for reserved in ("12", "Production", "latest"):
        with pytest.raises(ValueError):
            Client().create_model_version(name, name=reserved)
    with pytest.raises(RuntimeError):
        Model(name=name, version="PRODUCTION").log_metadata({"a": 1})


# -- looking versions up (§4.4)


def test_versions_by_name_number_stage_and_id() -> None:
    name = fresh("m")
    make_model(name)
    client = Client()
    first, second = client.create_model_version(name, name="one"), client.create_model_version(name)
    assert (second.name, second.number) == ("2", 2)
    assert client.get_model_version(name).id == second.id
    assert client.get_model_version(name, 1).id == first.id
    assert client.get_model_version(name, "one").id == first.id
    assert client.get_model_version(name, "2").id == second.id
    assert client.get_model_version(name, ModelStages.LATEST).id == second.id
    assert client.get_model_version(model_version_name_or_number_or_id=first.id).id == first.id
    for missing in ("none such", 9, ModelStages.STAGING, "1"):
        with pytest.raises(KeyError):
            client.get_model_version(name, missing)
    with pytest.raises(KeyError):
        client.get_model("no such model")
    with pytest.raises(ValueError):
        client.get_model_version()
    model = client.get_model(name)
    assert (model.latest_version_name, model.latest_version_id) == ("2", second.id)
    assert first.to_model_class() == Model(name=name, version="one")


def test_models_are_created_changed_and_deleted() -> None:
    client, name = Client(), fresh("m")
    client.create_model(name, license="MIT", tags=["a", "b"])
    with pytest.raises(EntityExistsError):
        client.create_model(name)
    model = client.update_model(name, description="d", add_tags=["c"], remove_tags=["a"])
    assert model.description == "d" and sorted(tag.name for tag in model.tags) == ["b", "c"]
    version = client.create_model_version(name, name="v", description="x", tags=["t"])
    changed = client.update_model_version(name, "v", stage="staging", name="w", description="y", add_tags=["u"])
    assert (changed.id, changed.name, changed.stage, changed.description) == (version.id, "w", "staging", "y")
    assert sorted(tag.name for tag in changed.tags) == ["t", "u"]
    with pytest.raises(EntityExistsError):
        client.create_model_version(name, name="w")
    assert [one.name for one in client.list_model_versions(name, stage="staging")] == ["w"]
    assert [one.name for one in client.list_models(name=name, tag="b")] == [name]
    client.delete_model_version(version.id)
    assert versions_of(name) == []
    client.delete_model(name)
    with pytest.raises(KeyError):
        client.get_model(name)


# -- linking (§4.5)


def test_a_step_with_a_model_links_to_it_alone() -> None:
    of_pipeline, of_step = fresh("m"), fresh("m")
    own = classifier.with_options(model=Model(name=of_step, version="s"))
    run = run_of(lambda: show(data()), lambda: own(2), model=Model(name=of_pipeline))
    assert set(run.model_version.data_artifacts) == {"data", "shown"} and not run.model_version.model_artifacts
    stepped = Client().get_model_version(of_step, "s")
    assert set(stepped.model_artifacts) == {"classifier"} and not stepped.data_artifacts
    assert set(stepped.pipeline_runs) == {run.name}
    links = Client().list_model_version_pipeline_run_links(model_version_id=stepped.id)
    assert [link.pipeline_run.id for link in links] == [run.id]


def test_inputs_are_not_linked() -> None:
    saved = save_artifact(3, fresh("input"))
    run = run_of(lambda: show(saved), model=Model(name=fresh("m")))
    assert run.model_version.get_artifact(saved.name) is None


def test_linking_by_hand_in_both_signatures() -> None:
    name, saved = fresh("m"), save_artifact(3, fresh("linked"))
    link_artifact_to_model(saved, Model(name=name, version="a"))
    link_artifact_to_model(saved, Model(name=name, version="a"))
    link_artifact_to_model(artifact_version_id=saved.id, model=Model(name=name, version="b"))
    link_artifact_to_model(artifact_version=saved, model=Model(name=name))
    assert versions_of(name) == ["a", "b", "3"]
    for version in ("a", "b", 3):
        assert Client().get_model_version(name, version).get_artifact(saved.name).id == saved.id
    links = Client().list_model_version_artifact_links(model_version_id=Client().get_model_version(name, "a").id)
    assert [link.artifact_version.id for link in links] == [saved.id]
    with pytest.raises(RuntimeError, match="called without `model` parameter"):
        link_artifact_to_model(saved)


@step
def links_inside() -> None:
    link_artifact_to_model(save_artifact(1, "inside_implicit"))
    link_artifact_to_model(save_artifact(2, "inside_explicit"), Model(name="inside_other", version="x"))
    get_step_context().model.log_metadata({"by_context": 1})
    log_metadata({"inferred": 2}, infer_model=True)
    log_model_metadata({"deprecated": 3})


def test_linking_and_logging_inside_a_step() -> None:
    version = run_of(links_inside, model=Model(name=fresh("m"))).model_version
    assert set(version.data_artifacts) == {"inside_implicit", "inside_explicit"}
    assert version.run_metadata == {"by_context": 1, "inferred": 2, "deprecated": 3}
    assert set(Client().get_model_version("inside_other", "x").data_artifacts) == {"inside_explicit"}


@step
def wants_model() -> None:
    get_step_context().model


def test_a_step_without_a_model_says_so() -> None:
    with pytest.raises(StepContextError, match="No model has been specified"):
        run_of(wants_model, execution_mode=FAIL_FAST)


# -- late look-ups (§4.8)


def promoted(value: int) -> str:
    name = fresh("m")
    run = run_of(lambda: classifier(value), model=Model(name=name, version="v"))
    log_metadata({"note": "of the artifact"}, artifact_version_id=run.steps["classifier"].output.id)
    run.model_version.set_stage("production")
    log_metadata({"limit": 0.5}, model_name=name, model_version="v")
    return name


def test_artifacts_and_metadata_through_the_context_are_late() -> None:
    name = promoted(11)

    def body() -> None:
        model = get_pipeline_context().model
        artifact = model.get_model_artifact("classifier")
        show(artifact)
        show(artifact.run_metadata["note"])
        show(model.run_metadata["limit"])

    run = flow_of(body, model=Model(name=name, version="production"))()
    assert [shown(run, one) for one in ("show", "show_2", "show_3")] == [11, "of the artifact", 0.5]
    assert run.steps["show"].inputs["value"][0].input_type == "lazy"
    assert run.steps["show_3"].config.parameters["value"] == 0.5


def test_artifacts_through_a_model_in_the_body() -> None:
    name = promoted(12)
    run = run_of(lambda: show(Model(name=name, version="production").get_artifact("classifier")))
    assert shown(run) == 12
    with pytest.raises(ValueError, match="`version` must be set if you use the `Model` class directly"):
        run_of(lambda: show(Model(name=name).get_artifact("classifier")), model=Model(name=fresh("m")))


def test_artifacts_through_the_client_in_the_body() -> None:
    name, saved = promoted(13), save_artifact([1, 2], fresh("late"))

    def body() -> None:
        client = Client()
        show(client.get_model_version(name, ModelStages.PRODUCTION).get_model_artifact("classifier"))
        show(client.get_artifact_version(saved.name))
        show(client.get_artifact_version(saved.name).load()[0])
        show(client.get_model_version(name, "v").run_metadata["limit"])

    run = flow_of(body)()
    assert [shown(run, f"show{suffix}") for suffix in ("", "_2", "_3", "_4")] == [13, [1, 2], 1, 0.5]
    assert run.steps["show_2"].inputs["value"][0].id == saved.id


def test_without_a_version_the_runs_own_is_meant() -> None:
    def body() -> None:
        made = classifier(21)
        show(get_pipeline_context().model.get_artifact("classifier"), after=made)

    assert shown(flow_of(body, model=Model(name=fresh("m")))()) == 21


def test_what_is_missing_late_fails_the_step() -> None:
    name = promoted(14)
    with pytest.raises(ValueError, match="Failed to lazy load model version data in step `show`"):
        run_of(lambda: show(Model(name=name, version="v").get_artifact("nothing")), execution_mode=FAIL_FAST)


def test_nothing_is_loaded_in_the_body() -> None:
    name = promoted(15)
    with pytest.raises(RuntimeError, match="Cannot access artifact body before pipeline runs."):
        run_of(lambda: show(Model(name=name, version="v").get_artifact("classifier").load()))


def test_a_promotion_during_the_run_is_seen_by_late_look_ups_only() -> None:
    name = promoted(16)

    @step
    def promote() -> None:
        other = Client().create_model_version(name, name="newer")
        link_artifact_to_model(save_artifact(17, "classifier", artifact_type=ArtifactType.MODEL), other.to_model_class())
        other.set_stage("production", force=True)

    def body() -> None:
        promote()
        show(get_pipeline_context().model.get_artifact("classifier"), after="promote")

    run = flow_of(body, model=Model(name=name, version="production"))()
    assert run.model_version.name == "v" and shown(run) == 17


def test_tables_of_a_model_version() -> None:
    name = fresh("m")
    run_of(lambda: classifier(1), lambda: classifier(2), model=Model(name=name, version="v"))
    version = Client().get_model_version(name, "v")
    found: Dict[str, Any] = version.model_artifacts["classifier"]
    assert len(found) == 2 and version.get_artifact("classifier").load() == 2
    chosen = sorted(found, key=int)[0]
    assert version.get_artifact("classifier", version=chosen).load() == 1
    assert version.get_artifact("none") is None
    assert version.model.name == name
