"""A real notebook kernel: started from `headrace exec`, and in an environment with the SDK installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import textwrap
import venv
from pathlib import Path
from typing import Any, Iterator, List

import pytest
from conftest import Workspace

nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed here")
nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed here")
pytest.importorskip("ipykernel", reason="ipykernel is not installed here")

CELLS = [
    """
    from typing import List, Tuple
    from typing_extensions import Annotated
    from zenml import ArtifactConfig, Model, get_step_context, log_metadata, pipeline, step
    from zenml.client import Client
    from zenml.types import HTMLString
    """,
    """
    def doubled(values):
        return [2 * value for value in values]
    """,
    """
    @step
    def load(n: int = 3) -> Tuple[Annotated[List[int], "nb_values"], Annotated[HTMLString, "nb_report"]]:
        print("loading", n)
        return doubled(range(n)), HTMLString(f"<b>{n} values</b>")

    @step
    def total(values: List[int]) -> Annotated[int, ArtifactConfig(name="nb_total")]:
        log_metadata({"count": len(values)}, infer_artifact=True)
        return sum(values)

    @pipeline(model=Model(name="notebook_{lang}"), substitutions={"lang": "NAME"})
    def flow(n: int = 3):
        values, _ = load(n)
        total(values)
    """,
    "run = flow(n=N)\nprint(run.steps['total'].output.load(), run.model_version.name)",
    "again = flow(n=N)\nprint(*(str(one.status) for one in again.steps.values()))",
    # A helper in another cell changes: the step that reaches it runs again.
    "def doubled(values):\n    return [20 * value for value in values]\n",
    "changed = flow(n=N)\nprint(changed.steps['total'].output.load(), changed.steps['load'].cache_reason)",
    "Client().get_artifact_version('nb_report').visualize()",
    """
    @step
    def breaks() -> int:
        return 1 // 0

    try:
        breaks()
    except RuntimeError as error:
        print(repr(error.__cause__), error.__cause__.__traceback__.tb_frame.f_code.co_name)
    """,
]


def executed(folder: Path, kernel: str, n: int) -> List[Any]:
    """What each cell printed and showed. Each notebook has a number of its own: nothing of another one is cached."""
    cells = [textwrap.dedent(cell).strip().replace("NAME", kernel).replace("flow(n=N)", f"flow(n={n})") for cell in CELLS]
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    client = nbclient.NotebookClient(
        notebook, timeout=100, kernel_name=kernel, resources={"metadata": {"path": str(folder)}}
    )
    client.execute()
    return [cell.outputs for cell in notebook.cells]


def printed(outputs: Any) -> str:
    return "".join(str(one.text) for one in outputs if one.output_type == "stream" and one.name == "stdout").strip()


def shown(outputs: Any) -> str:
    return "".join(one.data.get("text/html", "") for one in outputs if one.output_type == "display_data")


def check(cells: List[Any], n: int) -> None:
    assert printed(cells[3]).splitlines() == [f"loading {n}", f"{n * (n - 1)} 1"]
    assert printed(cells[4]) == "cached cached"
    assert printed(cells[6]).splitlines()[-1].startswith(f"{10 * n * (n - 1)} ") and "doubled" in printed(cells[6])
    assert f"<b>{n} values</b>" in shown(cells[7])
    assert printed(cells[8]).startswith("ZeroDivisionError") and printed(cells[8]).endswith("breaks")


@pytest.fixture
def kernels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A place of our own for what notebooks keep: kernels that the user has installed have no part in it."""
    for name in ("JUPYTER_PATH", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "IPYTHONDIR"):
        monkeypatch.setenv(name, str(tmp_path / "jupyter"))
    return tmp_path / "jupyter" / "kernels"


def kernel_of(python: Path, kernels: Path, name: str) -> str:
    """Makes an interpreter's kernel known under a name."""
    (kernels / name).mkdir(parents=True)
    start = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": start, "display_name": name, "language": "python"}
    (kernels / name / "kernel.json").write_text(json.dumps(spec), encoding="utf-8")
    return name


def test_a_kernel_that_headrace_exec_started(engine: Workspace, kernels: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in engine.environment.items():
        monkeypatch.setenv(name, value)
    (engine.folder / "notebooks").mkdir()
    check(executed(engine.folder / "notebooks", kernel_of(Path(sys.executable), kernels, "started"), 4), 4)


@pytest.fixture(scope="module")
def installed(engine: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The interpreter of a fresh environment with the SDK's wheel; it borrows the notebook's packages from this one."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / ("python.exe" if os.name == "nt" else "python")
    told = subprocess.check_output([str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], text=True)
    (Path(told.strip()) / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    done = engine.headrace("sdk", "install", "--python", str(folder))
    assert done.returncode == 0, done.stdout + done.stderr
    yield python


def test_a_kernel_with_the_sdk_installed(
    engine: Workspace, installed: Path, kernels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It inherits nothing, and finds the open window by the notebook's folder."""
    for name in ("HEADRACE_ENDPOINT", "PYTHONPATH"):
        monkeypatch.delenv(name, raising=False)
    folder = engine.folder / "notebooks" / "installed"
    folder.mkdir(parents=True)
    check(executed(folder, kernel_of(installed, kernels, "installed"), 5), 5)
