"""One real engine for each module of tests, on a store of its own: the tests are scripts that reach it, as users' are."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any, Dict, Iterator

import pytest

ROOT = Path(__file__).resolve().parents[3]
SDK = ROOT / "src" / "runtimes" / "python" / "sdk"
_CLI = ROOT / "out" / "compat" / "cli.js"
HEADRACE = ["node", str(_CLI)]
_NAMES = ("HEADRACE_ENDPOINT", "PYTHONPATH")
_TELL = f"import json, os, sys; print(json.dumps({{n: os.environ[n] for n in {_NAMES!r}}}), flush=True); sys.stdin.read()"

if str(SDK) not in sys.path:
    sys.path.insert(0, str(SDK))


class Workspace:
    """A folder with an open engine: scripts in it run as in a terminal of VS Code."""

    def __init__(self, folder: Path, environment: Dict[str, str]) -> None:
        self.folder = folder
        self.environment = environment

    def write(self, name: str, text: str) -> Path:
        """A file of the workspace."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    def execute(
        self, *arguments: str, python: str = sys.executable, folder: "Path | None" = None, **environment: str
    ) -> "subprocess.CompletedProcess[str]":
        """`python …` in a process of its own, whatever comes of it."""
        return subprocess.run(
            [python, *arguments],
            cwd=folder or self.folder,
            env={**os.environ, **self.environment, **environment},
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=120,
        )

    def answer(self, *arguments: str, python: str = sys.executable, folder: "Path | None" = None, **environment: str) -> Any:
        """The JSON value that a script prints as its last line."""
        done = self.execute(*arguments, python=python, folder=folder, **environment)
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout.strip().splitlines()[-1])

    def headrace(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """The command line, as a second process on the same store."""
        return subprocess.run(
            [*HEADRACE, *arguments], cwd=self.folder, capture_output=True, text=True, encoding="utf-8", timeout=120
        )


@pytest.fixture(scope="session")
def command_line() -> None:
    """The command line of these sources as one file: it starts in a fraction of the time."""
    bundle = ["--bundle", "--platform=node", "--format=cjs", "--target=node20", "--loader:.wasm=file", f"--outfile={_CLI}"]
    parser = ROOT / "node_modules/web-tree-sitter/web-tree-sitter.cjs"
    command = ["node", str(ROOT / "node_modules/esbuild/bin/esbuild"), "src/cli/main.ts", *bundle]
    subprocess.run([*command, f"--alias:web-tree-sitter={parser}", "--log-level=error"], cwd=ROOT, check=True)


@pytest.fixture(scope="module")
def engine(command_line: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """An engine that this process, and those that it starts, reach."""
    from headrace import _session

    folder = tmp_path_factory.mktemp("workspace")
    command = [*HEADRACE, "exec", "--workspace", str(folder), "--", sys.executable, "-c", _TELL]
    process = subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin is not None and process.stdout is not None
    told = json.loads(process.stdout.readline())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEADRACE_ENDPOINT", told["HEADRACE_ENDPOINT"])
        yield Workspace(folder, told)
        _session.current().connection.close()
    process.stdin.close()
    process.wait()
    process.stdout.close()


@pytest.fixture(autouse=True)
def _in_the_workspace(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What names a file by a relative path means one of the workspace."""
    if "engine" in request.fixturenames:
        monkeypatch.chdir(request.getfixturevalue("engine").folder)
