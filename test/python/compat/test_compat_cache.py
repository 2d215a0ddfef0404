"""The cache: what its key holds, and what a hit means (zenml-semantics §3)."""

from __future__ import annotations

from typing import Any, List

import pandas as pd
import pytest
from conftest import Workspace
from flows import flow_of, fresh, run_of
from typing_extensions import Annotated

from zenml import CachePolicy, Model, Tag, get_step_context, log_metadata, pipeline, save_artifact, step
from zenml.client import Client

@step
def source(seed: int = 0) -> Annotated[int, "source"]:
    log_metadata({"from": "step"})
    save_artifact(seed, "aside")
    return seed


@step
def derived(value: int, factor: int = 1) -> Annotated[int, "derived"]:
    return value * factor


@step
def constant() -> Annotated[int, "constant"]:
    return 5


@step
def frame() -> Annotated[pd.DataFrame, "frame"]:
    return pd.DataFrame({"a": [1]})


@step
def height(data: pd.DataFrame) -> Annotated[int, "height"]:
    return len(data)


def status(run: Any, name: str) -> str:
    return str(run.steps[name].status)


def test_a_second_run_reuses_everything(engine: Workspace) -> None:
    flow = flow_of(lambda: derived(source(101)), enable_cache=True, name=fresh("reuse"))
    first, second = flow(), flow()
    assert [status(first, name) for name in ("source", "derived")] == ["completed", "completed"]
    assert [status(second, name) for name in ("source", "derived")] == ["cached", "cached"]
    assert second.status == "completed"
    cached, original = second.steps["source"], first.steps["source"]
    assert cached.original_step_run_id == original.id
    assert cached.outputs["source"][0].id == original.outputs["source"][0].id
    assert set(cached.outputs) == {"source", "aside"} and set(cached.regular_outputs) == {"source"}
    assert cached.run_metadata == {"from": "step"}
    assert cached.cache_key == original.cache_key
    assert second.produced_artifact_versions == [] and len(second.artifact_versions) == 3
    assert cached.outputs["source"][0].producer_pipeline_run_id == first.id


def test_what_the_key_does_not_hold(engine: Workspace) -> None:
    flow_of(lambda: source(102), enable_cache=True)()
    named = source.with_options(extra={"x": 1}, settings={"docker": {}}, retry={"max_retries": 1}, substitutions={"a": "b"})
    other = flow_of(lambda: named(102, id="elsewhere"), enable_cache=True, model=Model(name=fresh("m")), tags=["t"])
    assert status(other(), "elsewhere") == "cached"


def test_what_the_key_holds(engine: Workspace) -> None:
    flow_of(lambda: source(103), enable_cache=True)()
    for changed in (
        lambda: source(104),
        lambda: source.with_options(environment={"A": "b"})(103),
    ):
        assert status(flow_of(changed, enable_cache=True)(), "source") == "completed"


def test_an_equal_result_does_not_wake_what_is_below(engine: Workspace) -> None:
    """ZenML compares ids where a type has no content hash; here payloads are compared."""
    always = frame.with_options(enable_cache=False)
    flow = flow_of(lambda: height(always()), enable_cache=True)
    flow()
    run = flow()
    assert (status(run, "frame"), status(run, "height")) == ("completed", "cached")


def test_policies(engine: Workspace) -> None:
    loose = source.with_options(cache_policy=CachePolicy(include_step_parameters=False))
    flow_of(lambda: loose(105), enable_cache=True)()
    assert status(flow_of(lambda: loose(106), enable_cache=True)(), "source") == "cached"
    ignoring = derived.with_options(cache_policy=CachePolicy(ignored_inputs=["value"]))
    flow_of(lambda: ignoring(source(107), 3), enable_cache=True)()
    assert status(flow_of(lambda: ignoring(source(108), 3), enable_cache=True)(), "derived") == "cached"
    assert source.with_options(cache_policy="default").configuration.cache_policy == CachePolicy()


def test_policies_with_files_and_functions(engine: Workspace) -> None:
    answers = ["a"]
    watched = engine.write("watched.txt", "one")
    policy = CachePolicy(file_dependencies=[str(watched)], cache_func=lambda: answers[0])
    flow = flow_of(lambda: source.with_options(cache_policy=policy)(109), enable_cache=True)
    flow()
    assert status(flow(), "source") == "cached"
    watched.write_text("two", encoding="utf-8")
    assert status(flow(), "source") == "completed"
    answers[0] = "b"
    assert status(flow(), "source") == "completed"
    missing = CachePolicy(file_dependencies=[str(engine.folder / "nowhere.txt")])
    with pytest.raises(ValueError):
        run_of(lambda: source.with_options(cache_policy=missing)(1), enable_cache=True)


def test_policies_with_code_that_a_step_does_not_reach(engine: Workspace) -> None:
    flow = """
    import json
    import rules
    from zenml import CachePolicy, pipeline, step

    @step(cache_policy=CachePolicy(source_dependencies=[rules.limit, "rules.Table"]))
    def judged() -> int:
        return 1

    @pipeline
    def flow():
        judged()

    print(json.dumps(str(flow().steps["judged"].status)))
    """
    code = "def limit():\n    return {}\n\nclass Table:\n    size = {}\n\ndef unrelated():\n    return {}\n"
    engine.write("judged.py", flow)
    found = []
    for versions in ((1, 1, 1), (1, 1, 2), (2, 1, 2), (2, 2, 2), (2, 2, 2)):
        engine.write("rules.py", code.format(*versions))
        found.append(engine.answer("judged.py"))
    assert found == ["completed", "cached", "completed", "completed", "cached"]


def test_results_expire(engine: Workspace) -> None:
    short = source.with_options(cache_policy=CachePolicy(expires_after=3600))
    run = flow_of(lambda: short(110), enable_cache=True)()
    expires = run.steps["source"].cache_expires_at
    assert expires is not None and 3600 <= (expires - run.start_time).total_seconds() < 3700
    never = flow_of(lambda: source.with_options(cache_policy=CachePolicy(expires_after=0))(111), enable_cache=True)
    assert never().steps["source"].cache_expires_at is None
    assert status(never(), "source") == "cached"


def test_steps_of_failed_runs_are_reused_and_hooks_are_not_called(engine: Workspace) -> None:
    called: List[str] = []

    @step
    def fails(value: int) -> int:
        raise ValueError("down")

    hooked = source.with_options(on_success=lambda: called.append("hook"))
    with pytest.raises(RuntimeError):
        flow_of(lambda: fails(hooked(112)), enable_cache=True)()
    assert called == ["hook"]
    assert status(flow_of(lambda: hooked(112), enable_cache=True)(), "source") == "cached"
    assert called == ["hook"]


def test_cached_outputs_are_linked_and_get_cascading_tags(engine: Workspace) -> None:
    name = fresh("m")
    flow_of(lambda: source(113), enable_cache=True)()
    run = flow_of(
        lambda: source(113), enable_cache=True, model=Model(name=name), tags=[Tag(name="cascaded", cascade=True)]
    )()
    assert status(run, "source") == "cached"
    assert set(run.model_version.data_artifacts) == {"source", "aside"}
    assert "cascaded" in [tag.name for tag in run.steps["source"].outputs["source"][0].tags]


def test_one_function_twice_in_a_run(engine: Workspace) -> None:
    run = flow_of(lambda: source(114) and source(114) and source(115), enable_cache=True)()
    assert [status(run, name) for name in ("source", "source_2", "source_3")] == ["completed", "cached", "completed"]
    assert run.steps["source_2"].original_step_run_id == run.steps["source"].id
    assert run.steps["source_2"].outputs["source"][0].id == run.steps["source"].outputs["source"][0].id


HELPERS = """
from helpers import scale
from zenml import pipeline, step

@step
def scaled() -> int:
    return scale(2)

@step
def plain() -> int:
    return 1

@pipeline
def flow():
    scaled()
    plain()

if __name__ == "__main__":
    import json
    steps = flow().steps
    print(json.dumps({name: [str(steps[name].status), steps[name].cache_reason] for name in steps}))
"""


def test_helper_code_counts(engine: Workspace) -> None:
    engine.write("helpers.py", "def scale(x):\n    return x * 2\n")
    engine.write("helped.py", HELPERS)
    assert {name: one[0] for name, one in engine.answer("helped.py").items()} == {"scaled": "completed", "plain": "completed"}
    assert {name: one[0] for name, one in engine.answer("helped.py").items()} == {"scaled": "cached", "plain": "cached"}
    engine.write("helpers.py", "def scale(x):\n    return x * 3\n")
    changed = engine.answer("helped.py")
    assert changed["scaled"][0] == "completed" and "scale" in changed["scaled"][1]
    assert changed["plain"][0] == "cached"


def test_single_steps_are_not_cached(engine: Workspace) -> None:
    source(115)
    source(115)
    runs = Client().get_pipeline("source").get_runs()
    assert {str(run.steps["source"].status) for run in runs} == {"completed"}


def test_the_context_says_whether_the_cache_is_on(engine: Workspace) -> None:
    @step
    def told() -> bool:
        return bool(get_step_context().pipeline_run.enable_cache)

    assert pipeline(name=fresh("p"), enable_cache=False)(lambda: told())().steps["told"].output.load() is False
