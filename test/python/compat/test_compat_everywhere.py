"""Wherever a script runs: terminals, notebooks, other interpreters, environments with the SDK or with ZenML installed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path
from typing import Dict, Iterator, List

import pytest
from conftest import SDK, Workspace

# Built-ins only: the interpreters of other versions have no packages.
CORE = """
from __future__ import annotations
import json, sys
from typing import Dict, List, Optional, Tuple
from typing_extensions import Annotated
from zenml import ArtifactConfig, Model, get_pipeline_context, get_step_context, log_metadata, pipeline, save_artifact, step
from zenml.client import Client
from zenml.enums import ModelStages

@step
def load(n: int = 3) -> Tuple[Annotated[List[int], "numbers"], Annotated[Dict[str, int], "sizes"]]:
    return list(range(n)), {"n": n}

@step
def total(numbers: List[int], scale: float = 1) -> Annotated[float, ArtifactConfig(name="total", tags=["t"])]:
    log_metadata({"scale": scale}, infer_artifact=True)
    save_artifact({(1, 2): {3}}, "odd")
    get_step_context().model.set_stage(ModelStages.PRODUCTION, force=True)
    return sum(numbers) * scale

@step
def show(value: Optional[float]) -> Annotated[str, "text"]:
    return f"{value}"

@pipeline(model=Model(name="core"))
def train(n: int = 4):
    numbers, _sizes = load(n)
    total(numbers, scale=2)

@pipeline(model=Model(name="core", version=ModelStages.PRODUCTION))
def infer():
    show(get_pipeline_context().model.get_artifact("total"))

if __name__ == "__main__":
    n = int(sys.argv[1])
    first = train(n=n)
    again = train(n=n)
    second = infer()
    print(json.dumps({
        "python": "%d.%d" % sys.version_info[:2],
        "total": second.steps["show"].output.load(),
        "metadata": first.steps["total"].outputs["total"].run_metadata["scale"],
        "odd": repr(Client().get_artifact_version("odd").load()),
        "cached": [str(step.status) for step in again.steps.values()],
        "stage": str(first.model_version.name),
    }))
"""


def other_interpreters() -> List[str]:
    """The oldest and the newest interpreter that the SDK supports and the machine has, besides this one."""
    versions: Dict[str, Path] = {}
    for root in (Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions", Path("/usr/bin")):
        for found in [*root.glob("3.*/bin/python"), *root.glob("python3.[0-9]*")]:
            name = found.parent.parent.name if found.name == "python" else found.name[len("python") :]
            minor = name.split(".")[1]
            if minor.isdecimal() and 9 <= int(minor) <= 14 and int(minor) != sys.version_info[1]:
                versions.setdefault(minor, found)
    ordered = [str(versions[minor]) for minor in sorted(versions, key=int)]
    return list(dict.fromkeys([*ordered[:1], *ordered[-1:]]))


@pytest.mark.parametrize("python", other_interpreters() or [pytest.param("", marks=pytest.mark.skip("no other Python here"))])
def test_the_core_runs_on_the_oldest_and_the_newest_python(engine: Workspace, python: str) -> None:
    engine.write("core.py", CORE)
    # Another number for each: what one Python computed is reused by the other.
    n = int(engine.answer("-c", "import sys; print(sys.version_info[1] + 4)", python=python))
    told = engine.answer("core.py", str(n), python=python)
    assert told["total"] == f"{float(sum(range(n)) * 2)}" and told["metadata"] == 2
    assert told["odd"] == "{(1, 2): {3}}" and told["cached"] == ["cached", "cached"]


def test_an_interactive_process_defines_and_runs(engine: Workspace) -> None:
    """As in a notebook's kernel: cells that have no file, in a process that stays."""
    cells = [
        "import code, sys",
        "console = code.InteractiveConsole()",
        *(
            f"more = console.runsource({cell!r}, '<cell {number}>', 'exec'); assert not more"
            for number, cell in enumerate(
                [
                    "from zenml import pipeline, step\nfrom zenml.client import Client\nfrom typing import Tuple",
                    "@step\ndef two() -> Tuple[int, str]:\n    return 1, 'a'\n",
                    "@step\ndef show(x: int) -> str:\n    return f'{x}'\n",
                    "@pipeline(enable_cache=False)\ndef flow():\n    x, _ = two()\n    show(x)\n",
                    "run = flow()",
                    "@step\ndef show(x: int) -> str:\n    return f'redefined {x}'\n",
                    "again = flow()",
                    "import json\nprint(json.dumps([run.steps['show'].output.load(), again.steps['show'].output.load(), two()]))",
                ]
            )
        ),
    ]
    assert engine.answer("-c", "\n".join(cells)) == ["1", "redefined 1", [1, "a"]]


@pytest.fixture(scope="module")
def environment(engine: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A fresh virtual environment with the SDK in it, put there without a network."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    done = engine.headrace("sdk", "install", "--python", str(folder))
    assert done.returncode == 0 and "Installed headrace" in done.stdout, done.stdout + done.stderr
    yield folder / ("Scripts" if os.name == "nt" else "bin") / ("python.exe" if os.name == "nt" else "python")


def outside(
    engine: Workspace, python: Path, *arguments: str, folder: "Path | None" = None, **environment: str
) -> "subprocess.CompletedProcess[str]":
    """A process that inherits nothing from Headrace, by default in the workspace's folder."""
    inherited = {name: value for name, value in os.environ.items() if name not in ("HEADRACE_ENDPOINT", "PYTHONPATH")}
    return subprocess.run(
        [str(python), *arguments],
        cwd=folder or engine.folder,
        env={**inherited, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_an_installed_sdk_finds_the_engine_by_the_folder(engine: Workspace, environment: Path) -> None:
    engine.write("nested/core.py", CORE)
    done = outside(engine, environment, "nested/core.py", "3")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["odd"] == "{(1, 2): {3}}"
    assert "typing_extensions" in outside(engine, environment, "-c", "import typing_extensions as t; print(t.__file__)").stdout


def test_without_an_engine_the_way_to_one_is_told(environment: Path, tmp_path: Path) -> None:
    script = tmp_path / "core.py"
    script.write_text(CORE, encoding="utf-8")
    names = ("HEADRACE_ENDPOINT", "PYTHONPATH")
    bare = {name: value for name, value in os.environ.items() if name not in names}
    done = subprocess.run([str(environment), str(script), "4"], cwd=tmp_path, env=bare, capture_output=True, text=True, timeout=60)
    assert done.returncode != 0
    assert "EngineUnavailableError" in done.stderr and "headrace exec -- python core.py" in done.stderr


def test_the_wheel_is_whole_and_reproducible(engine: Workspace, tmp_path: Path) -> None:
    first, second = (Path(engine.headrace("sdk", "wheel", str(tmp_path / name)).stdout.strip()) for name in ("a", "b"))
    assert first.read_bytes() == second.read_bytes()
    with zipfile.ZipFile(first) as wheel:
        assert wheel.testzip() is None
        packed = {name for name in wheel.namelist() if name.startswith("headrace_sdk/")}
    sources = {f"headrace_sdk/{path.relative_to(SDK).as_posix()}" for path in SDK.rglob("*.py")}
    assert packed == sources | {"headrace_sdk/headrace/py.typed", "headrace_sdk/zenml/py.typed"}


@pytest.fixture(scope="module")
def with_zenml(environment: Path) -> Path:
    """The environment again, with something installed that is called zenml."""
    told = subprocess.check_output([str(environment), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], text=True)
    packages = Path(told.strip())
    (packages / "zenml").mkdir()
    (packages / "zenml" / "__init__.py").write_text("who = 'installed'\n", encoding="utf-8")
    (packages / "zenml" / "deep.py").write_text("who = 'installed, deep'\n", encoding="utf-8")
    info = packages / "zenml-0.93.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: zenml\nVersion: 0.93.0\n", encoding="utf-8")
    return environment


WHO = "import zenml; print(getattr(zenml, 'who', 'headrace'))"


def test_a_setting_chooses_which_zenml_answers(engine: Workspace, with_zenml: Path) -> None:
    def who(**environment: str) -> str:
        done = engine.execute("-c", WHO, python=str(with_zenml), **environment)
        return done.stdout.strip() or done.stderr

    assert who() == "headrace"
    assert who(HEADRACE_ZENML="installed") == "installed"
    deep = engine.execute("-c", "import zenml.deep as d; print(d.who)", python=str(with_zenml), HEADRACE_ZENML="installed")
    assert deep.stdout.strip() == "installed, deep"


def test_the_choice_is_stated(engine: Workspace, with_zenml: Path) -> None:
    engine.write("stated.py", CORE)
    done = engine.execute("stated.py", "4", python=str(with_zenml))
    assert "the ZenML installed in" in done.stderr and "HEADRACE_ZENML=installed" in done.stderr
    run = engine.headrace("run", "stated.py::train", "--python", str(with_zenml))
    assert "the ZenML installed in" in run.stdout and "HEADRACE_ZENML=installed" in run.stdout


def test_in_an_environment_with_both_the_folder_decides(engine: Workspace, with_zenml: Path, tmp_path: Path) -> None:
    def who(folder: Path, **environment: str) -> str:
        return outside(engine, with_zenml, "-c", WHO, folder=folder, **environment).stdout.strip()

    done = engine.headrace("sdk", "install", "--python", str(with_zenml))
    assert "ZenML 0.93.0 is installed there, too" in done.stdout
    below = engine.folder / "deep" / "below"
    below.mkdir(parents=True)
    assert [who(engine.folder), who(below), who(tmp_path)] == ["headrace", "headrace", "installed"]
    assert [who(tmp_path, HEADRACE_ZENML="headrace"), who(below, HEADRACE_ZENML="installed")] == ["headrace", "installed"]
    assert outside(engine, with_zenml, "-c", "from headrace import step; print(step)", folder=tmp_path).returncode == 0


def test_the_command_line_of_an_installed_zenml_stays_its_own(engine: Workspace, with_zenml: Path) -> None:
    command = engine.write("bin/zenml", WHO)
    assert engine.execute(str(command), python=str(with_zenml)).stdout.strip() == "installed"
    assert engine.execute(str(command)).stdout.strip() == "headrace"


def test_an_environment_without_pip_is_told_the_way_out(engine: Workspace, tmp_path: Path) -> None:
    venv.create(tmp_path / "bare", with_pip=False)
    done = engine.headrace("sdk", "install", "--python", str(tmp_path / "bare"))
    assert done.returncode == 1 and "has no pip" in done.stderr and "headrace sdk wheel" in done.stderr
