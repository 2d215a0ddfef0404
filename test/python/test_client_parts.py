"""Parts of the client that need no engine: pages, metadata values, look-ups that wait."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
from typing import List

import pytest
from sdk_path import SDK

from headrace.enums import ExecutionStatus, ModelStages
from headrace.exceptions import EntityExistsError, NotFoundError, StepInterfaceError, ZenKeyError, exception_class
from headrace.lazy import ClientLazyLoader, LazyArtifactVersion, LazyModelMetadata, summary
from headrace.page import Page
from headrace.responses.metadata import Metadata, plain
from headrace.responses.steps import Versions
from headrace.source import Source


def paged(total: int, size: int, asked: List[int]) -> Page[int]:
    def fetch(number: int, length: int) -> Page[int]:
        asked.append(length)
        items = list(range(total))[(number - 1) * length : number * length]
        return Page(items, index=number, max_size=length, total=total)

    first = fetch(1, size)
    asked.clear()
    return Page(first.items, max_size=size, total=total, fetch=fetch)


@pytest.mark.parametrize("total", [0, 1, 19, 20, 21, 199, 200, 201, 450])
@pytest.mark.parametrize("size", [1, 7, 20])
def test_a_loop_sees_each_item_once(total: int, size: int) -> None:
    asked: List[int] = []
    assert list(paged(total, size, asked)) == list(range(total))


def test_a_loop_that_ends_early_asks_for_nothing_more() -> None:
    asked: List[int] = []
    page = paged(100, 20, asked)
    assert next(iter(page)) == 0 and 5 in page and asked == []
    assert len(page) == 20 and page.total_pages == 5


def test_metadata_values_are_what_was_logged_and_answer_to_value() -> None:
    logged = {"s": "x", "i": 3, "f": 0.5, "b": True, "n": None, "d": {"k": 1}, "l": [1]}
    metadata = Metadata(logged)
    assert metadata == logged and json.loads(json.dumps(metadata)) == logged
    assert [metadata[key].value for key in ("s", "i", "f", "d", "l")] == ["x", 3, 0.5, {"k": 1}, [1]]
    assert metadata["b"] is True and metadata["n"] is None
    assert isinstance(metadata["f"], float) and metadata.get("s") == "x" and metadata.get("absent") is None
    assert all(type(plain(value)) is type(logged[key]) for key, value in metadata.items())
    assert type(pickle.loads(pickle.dumps(metadata["f"]))) is float


def test_one_version_answers_for_its_list() -> None:
    assert Versions([Source("a.b", "c")]).attribute == "c"
    with pytest.raises(AttributeError, match="2 artifact versions"):
        Versions([Source("a"), Source("b")]).attribute


def test_chains_are_recorded_with_falsy_selectors_and_written_as_they_were() -> None:
    lazy = ClientLazyLoader.begin("get_model_version", "iris", ModelStages.PRODUCTION)
    chain = lazy.get_model_artifact("trained").run_metadata["scores"][0][""]
    spec = chain.lazy_spec()
    assert spec["lazy"] == "client-chain" and json.loads(json.dumps(spec)) == spec
    assert spec["chain"][0] == {"call": "get_model_version", "args": ["iris", "production"], "kwargs": {}}
    assert [link["item"] for link in spec["chain"] if "item" in link] == ["scores", 0, ""]
    written = "Client().get_model_version('iris', 'production').get_model_artifact('trained').run_metadata['scores'][0]['']"
    assert summary(spec["chain"]) == written and written in repr(chain)
    assert lazy.lazy_spec()["chain"] == spec["chain"][:1], "a chain does not change when another grows out of it"


def test_chains_can_t_be_looped_over_or_hold_what_has_no_json_form() -> None:
    lazy = ClientLazyLoader.begin("get_model", "iris")
    with pytest.raises(RuntimeError, match="can't be iterated over"):
        list(lazy)
    with pytest.raises(ValueError, match="object can't be part"):
        lazy.versions(object())


def test_lazy_artifacts_have_no_body_before_the_pipeline_runs() -> None:
    lazy = LazyArtifactVersion("iris", "production", "trained", None)
    with pytest.raises(RuntimeError, match="Cannot access artifact body before pipeline runs"):
        lazy.load()
    spec = lazy.run_metadata["accuracy"].lazy_spec()
    reference = {"model": "iris", "version": "production"}
    assert spec == {
        "lazy": "model-artifact", "ref": reference, "artifact": "trained", "version": None, "metadataKey": "accuracy",
    }  # fmt: skip
    of_model = LazyModelMetadata(None, None)["accuracy"].lazy_spec()
    assert of_model == {"lazy": "model-metadata", "ref": {"model": None, "version": None}, "metadataKey": "accuracy"}
    with pytest.raises(RuntimeError, match="before pipeline runs"):
        LazyModelMetadata(None, None).items()


def test_exceptions_are_the_ones_that_are_caught() -> None:
    assert issubclass(exception_class("KeyError"), KeyError) and str(exception_class("KeyError")("text")) == "text"
    assert exception_class("EntityExistsError") is EntityExistsError
    assert exception_class("ZenKeyError") is ZenKeyError and exception_class("FileNotFoundError") is FileNotFoundError
    assert exception_class("os.system") is RuntimeError and exception_class("print") is RuntimeError
    assert exception_class(None) is RuntimeError
    assert not isinstance(NotFoundError(""), ZenKeyError) and not issubclass(StepInterfaceError, KeyError)


def test_statuses() -> None:
    assert ExecutionStatus("cached").is_finished and ExecutionStatus.CACHED.is_successful
    assert not ExecutionStatus.RUNNING.is_finished and str(ExecutionStatus.FAILED) == "failed"
    assert ModelStages.PRODUCTION == "production" and ModelStages("latest") in ModelStages


def test_the_face_is_the_same_objects() -> None:
    import headrace.client
    import headrace.exceptions
    import zenml.artifacts.utils
    import zenml.client
    import zenml.exceptions
    import zenml.models
    from zenml import Client, save_artifact
    from zenml.utils.pagination_utils import depaginate

    assert zenml.client.Client is Client is headrace.client.Client
    assert zenml.exceptions.EntityExistsError is headrace.exceptions.EntityExistsError
    assert zenml.artifacts.utils.save_artifact is save_artifact and callable(depaginate)
    assert zenml.models.Page is Page


def test_asking_costs_no_library_and_no_materializer() -> None:
    code = f"import sys; sys.path.insert(0, {SDK!r}); import zenml; from zenml.client import Client; from zenml import Model; " + (
        "print([m for m in sys.modules if m.split('.')[0] in ('numpy', 'pandas', 'pydantic', 'asyncio') "
        "or 'materializers' in m])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
