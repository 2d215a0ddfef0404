"""The `zenml` face: what is there, what isn't, which ZenML answers, and what importing costs."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any, List

import pytest

from sdk_path import SDK

FALLBACK = os.path.join(SDK, "fallback")


def python(code: str, *paths: str, interpreter: str = sys.executable, **variables: str) -> "subprocess.CompletedProcess[str]":
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([SDK, *paths]), "PYTHONDONTWRITEBYTECODE": "1", **variables}
    return subprocess.run([interpreter, "-c", code], env=environment, capture_output=True, text=True)


def said(code: str, *paths: str, **options: Any) -> List[str]:
    found = python(code, *paths, **options)
    assert found.returncode == 0, found.stderr
    return found.stdout.splitlines()


def test_every_exported_name_is_there_and_is_the_same() -> None:
    code = (
        "import headrace, zenml\nfrom headrace._exports import EXPORTS\n"
        "for name in EXPORTS:\n    assert getattr(zenml, name) is getattr(headrace, name), name\nprint(len(EXPORTS) > 20)\n"
        "assert set(EXPORTS) <= set(dir(zenml))"
    )
    assert said(code) == ["True"]


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("import zenml.integrations.mlflow.experiment_trackers", ["zenml.integrations.mlflow", "import mlflow"]),
        ("from zenml import get_secret", ["zenml.get_secret"]),
        ("from zenml.stack import Stack", ["stacks of ZenML"]),
        ("from zenml.hooks import alerter_failure_hook", ["hooks that tell an alerter", "function of your own"]),
        ("from zenml.utils.dashboard_utils import get_run_url", ["the dashboard of ZenML"]),
        ("from zenml.zen_stores.base_zen_store import BaseZenStore", ["ZenML's stores"]),
    ],
)
def test_what_is_not_there_says_so_and_what_to_do(statement: str, words: List[str]) -> None:
    found = python(statement)
    assert "ImportError: Headrace does not provide" in found.stderr
    assert all(word in found.stderr for word in [*words, "HEADRACE_ZENML=installed"])


def test_import_paths_that_projects_use() -> None:
    code = (
        "from zenml.integrations.constants import MLFLOW, SKLEARN\n"
        "from zenml.config import DockerSettings, ResourceSettings\nfrom zenml.config.source import Source\n"
        "from zenml.materializers.numpy_materializer import NumpyMaterializer\n"
        "from zenml.materializers.pandas_materializer import PandasMaterializer\n"
        "from zenml.utils.enum_utils import StrEnum\n"
        "print(DockerSettings(required_integrations=[SKLEARN, MLFLOW]).required_integrations, NumpyMaterializer.__name__)"
    )
    assert said(code) == ["['sklearn', 'mlflow'] NumpyMaterializer"]


def test_looking_for_a_name_that_is_not_there_is_no_error() -> None:
    assert said("import zenml; print(hasattr(zenml, 'nothing'))") == ["False"]


def test_the_installed_zenml_can_be_chosen(tmp_path: Path) -> None:
    (tmp_path / "zenml" / "sub").mkdir(parents=True)
    (tmp_path / "zenml" / "__init__.py").write_text("WHO = 'installed'\nfrom zenml.sub import DEEP\n")
    (tmp_path / "zenml" / "sub" / "__init__.py").write_text("DEEP = __file__\n")
    code = "import zenml; print(getattr(zenml, 'WHO', 'ours'), zenml.__file__, getattr(zenml, 'DEEP', ''))"
    who, file, deep = said(code, str(tmp_path), HEADRACE_ZENML="installed")[0].split()
    assert (who, file) == ("installed", str(tmp_path / "zenml" / "__init__.py"))
    assert deep == str(tmp_path / "zenml" / "sub" / "__init__.py")
    assert said(code, str(tmp_path))[0].split()[0] == "ours"
    assert "this interpreter has none" in python("import zenml", HEADRACE_ZENML="installed").stderr


def test_an_installed_typing_extensions_is_never_hidden(tmp_path: Path) -> None:
    (tmp_path / "typing_extensions.py").write_text("WHO = 'installed'\n")
    assert said("import typing_extensions as t; print(t.WHO)", FALLBACK, str(tmp_path)) == ["installed"]


def test_without_typing_extensions_a_stand_in_answers() -> None:
    code = (
        "import sys\nsys.path[:] = [p for p in sys.path if 'site-packages' not in p]\n"
        "from typing_extensions import Annotated, Literal, ParamSpec, Protocol, Self, TypedDict, override\n"
        "import typing_extensions\nprint(Annotated[int, 'x'].__metadata__, 'fallback' in typing_extensions.__file__)"
    )
    assert said(code, FALLBACK) == ["('x',) True"]


def test_importing_loads_nothing_that_is_not_needed() -> None:
    code = (
        "import sys\nbefore = set(sys.modules)\nimport zenml\nprint(len(set(sys.modules) - before))\n"
        "from zenml import Model, pipeline, step\nfrom zenml.client import Client\nheavy = {'asyncio', 'numpy', 'pandas', "
        "'pydantic', 'socket', 'ctypes', 'logging', 'json', 'pathlib', 'decimal', 'traceback'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    modules, heavy = said(code)
    assert int(modules) < 20 and heavy == "[]"


def test_a_script_without_an_engine_is_told_how_to_get_one(tmp_path: Path) -> None:
    environment = {"HEADRACE_ENDPOINT": ""}
    found = python("from zenml.client import Client; Client().get_artifact_version('x')", **environment)
    assert "ConnectionError" in found.stderr or "EngineUnavailableError" in found.stderr
    assert "headrace exec -- python" in found.stderr and "VS Code" in found.stderr
    gone = python("from zenml.client import Client; Client().get_artifact_version('x')", HEADRACE_ENDPOINT=str(tmp_path / "no.json"))
    assert "not running for this folder any more" in gone.stderr
