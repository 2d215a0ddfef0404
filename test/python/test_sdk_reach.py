"""Which edits change what a step reaches (architecture, "Cache"): each is made in a workspace and looked at by a fresh process."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Callable, Dict, List

import pytest

from sdk_path import SDK

LOOK = """
import importlib, json, sys
from headrace._reach import reach
module = importlib.import_module("flow")
print(json.dumps(reach(getattr(module, sys.argv[1]))))
"""

FILES = {
    "settings.py": "THRESHOLD = 3\nUNUSED = 1\nOPTIONS = {'a': [1, 2]}\nclass Base:\n    def limit(self):\n        return THRESHOLD\nclass Maker:\n    def __init__(self, n):\n        self.n = n\n    def amount(self):\n        return self.n\nMAKER = Maker(1)\n",
    "pkg/__init__.py": "from pkg.impl import clean\n",
    "pkg/impl.py": "from settings import THRESHOLD\ndef clean(x):\n    '''Cleans.'''\n    return inner(x)  # soon\ndef inner(x):\n    return x + THRESHOLD\ndef unrelated():\n    return 1\n",
    "late.py": "import pkg\nBASE = 1\ndef compute(x):\n    return pkg.clean(x) + BASE\ndef other():\n    return 2\n",
    "registry.py": "HANDLERS = {}\ndef register(f):\n    HANDLERS[f.__name__] = f\n    return f\n@register\ndef first(x):\n    return x\n",
    "starred.py": "def starry(x):\n    return x + 1\ndef dull(x):\n    return x\n",
    "flow.py": """
import functools
from starred import *
import settings, pkg
from pkg import clean as tidy
from registry import HANDLERS
from settings import MAKER
from typing import List
from zenml import step
import numpy as np

def timer(f):
    @functools.wraps(f)
    def inner(*a, **k):
        return f(*a, **k)
    return inner

class Child(settings.Base):
    def work(self):
        return [tidy(x) for x in range(self.limit())]

@timer
def helper(x=settings.THRESHOLD):
    return Child().work()

@functools.lru_cache()
def cached(x):
    return x

def alone(x):
    return x

@step
def reexported(x: int) -> int:
    '''Doc.'''
    return tidy(x)

@step
def dotted(x: int) -> int:
    return pkg.clean(x)

@step
def methods(x: int) -> int:
    return len(helper())

@step
def lazy(x: int) -> int:
    from late import compute
    return compute(x)

@step
def constant(x: int) -> int:
    return x + settings.OPTIONS['a'][0]

@step
def handlers(x: int) -> int:
    return HANDLERS['first'](x)

@step
def memo(x: int) -> int:
    return cached(x)

@step(enable_cache=False)
@timer
def wrapped(x: int) -> int:
    return x

@step
def array(x: int) -> int:
    return int(np.zeros(x).sum())

@step
def typed(x: List[int]) -> List[int]:
    return x

@step
def imported(x: int) -> int:
    return MAKER.n

class Rates:
    FAST = 1

def scale(factor, x, *, offset=7):
    return factor * x + offset

doubled = functools.partial(scale, 2)
square = lambda v: v * v
TABLE = {"five": functools.partial(scale, 5)}
bound_to = settings.Maker(1)
amount = bound_to.amount

@step
def comprehended(x: int) -> int:
    return sum({tidy(v): square(v) for v in range(x)}.values())

@step
def attribute(x: int) -> int:
    return x * Rates.FAST

@step
def partially(x: int) -> int:
    return doubled(x)

@step
def registered(x: int) -> int:
    return TABLE["five"](x)

@step
def bound(x: int) -> int:
    return x * amount()

@step
def nested(x: int) -> int:
    def within(y):
        return starry(y)
    return within(x)

def make(n):
    @step
    def made(x: int) -> int:
        return x + n
    return made

made = make(1)
""",
}

Look = Callable[[str], Dict[str, str]]


@pytest.fixture
def look(tmp_path: Path) -> Look:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)

    def components(step: str, seed: str = "0") -> Dict[str, str]:
        environment = {**os.environ, "PYTHONPATH": SDK, "PYTHONHASHSEED": seed, "PYTHONDONTWRITEBYTECODE": "1"}
        found = subprocess.run(
            [sys.executable, "-c", LOOK, step], cwd=tmp_path, env=environment, capture_output=True, text=True
        )
        assert found.returncode == 0, found.stderr
        listed: List[Dict[str, str]] = json.loads(found.stdout)
        assert listed[0]["kind"] == "step"
        return {f"{component['kind']} {component['name']}": component["digest"] for component in listed}

    return components


@pytest.mark.parametrize(
    ("step", "file", "old", "new", "changed"),
    [
        ("reexported", "pkg/impl.py", "x + THRESHOLD", "x - THRESHOLD", "function pkg.impl.inner"),
        ("dotted", "pkg/impl.py", "return inner(x)", "return inner(x) + 1", "function pkg.impl.clean"),
        ("reexported", "settings.py", "THRESHOLD = 3", "THRESHOLD = 4", "constant pkg.impl.THRESHOLD"),
        ("methods", "settings.py", "return THRESHOLD", "return THRESHOLD + 1", "class settings.Base"),
        ("methods", "flow.py", "for x in range", "for x in 2 * range", "class flow.Child"),
        ("methods", "flow.py", "return f(*a, **k)", "return f(*a)", "function flow.inner"),
        ("methods", "flow.py", "x=settings.THRESHOLD", "x=settings.UNUSED", "constant flow.helper.default 0"),
        ("lazy", "late.py", "BASE = 1", "BASE = 2", "constant late.BASE"),
        ("lazy", "pkg/impl.py", "x + THRESHOLD", "x * THRESHOLD", "function pkg.impl.inner"),
        ("constant", "settings.py", "[1, 2]", "[2, 2]", "constant settings.OPTIONS"),
        ("handlers", "registry.py", "def first(x):\n    return x", "def first(x):\n    return -x", "function registry.first"),
        ("memo", "flow.py", "def cached(x):\n    return x", "def cached(x):\n    return -x", "function flow.cached"),
        ("wrapped", "flow.py", "return f(*a, **k)", "return f(*a)", "function flow.inner"),
        ("wrapped", "flow.py", "def wrapped(x: int) -> int:\n    return x", "def wrapped(x: int) -> int:\n    return -x", "step flow.wrapped"),
        ("made", "flow.py", "make(1)", "make(2)", "constant flow.make.made.n"),
        ("comprehended", "pkg/impl.py", "x + THRESHOLD", "x - THRESHOLD", "function pkg.impl.inner"),
        ("comprehended", "flow.py", "lambda v: v * v", "lambda v: v + v", "function flow.<lambda>"),
        ("attribute", "flow.py", "FAST = 1", "FAST = 2", "class flow.Rates"),
        ("partially", "flow.py", "partial(scale, 2)", "partial(scale, 3)", "constant flow.scale.argument 0"),
        ("registered", "flow.py", "partial(scale, 5)", "partial(scale, 6)", "constant flow.scale.argument 0"),
        ("bound", "flow.py", "bound_to = settings.Maker(1)", "bound_to = settings.Maker(2)", "constant flow.bound_to"),
        ("partially", "flow.py", "return factor * x", "return factor - x", "function flow.scale"),
        ("partially", "flow.py", "offset=7", "offset=8", "function flow.scale"),
        ("nested", "starred.py", "return x + 1", "return x + 2", "function starred.starry"),
        ("nested", "flow.py", "return starry(y)", "return starry(y) + 1", "step flow.nested"),
        ("imported", "settings.py", "MAKER = Maker(1)", "MAKER = Maker(2)", "constant settings.MAKER"),
        ("imported", "settings.py", "self.n = n", "self.n = -n", "class settings.Maker"),
    ],
)  # fmt: skip
def test_an_edit_of_what_is_reached_counts(
    look: Look, tmp_path: Path, step: str, file: str, old: str, new: str, changed: str
) -> None:
    before = look(step)
    text = (tmp_path / file).read_text()
    assert text.count(old) >= 1
    (tmp_path / file).write_text(text.replace(old, new))
    after = look(step)
    assert changed in before and before[changed] != after.get(changed)


@pytest.mark.parametrize(
    ("step", "file", "old", "new"),
    [
        ("reexported", "pkg/impl.py", "# soon", "# later"),
        ("reexported", "pkg/impl.py", "'''Cleans.'''", "'''Cleans more.'''"),
        ("reexported", "pkg/impl.py", "def unrelated():\n    return 1", "def unrelated():\n    return 2"),
        ("reexported", "flow.py", "'''Doc.'''\n    return tidy(x)", "return tidy( x )"),
        ("reexported", "settings.py", "UNUSED = 1", "UNUSED = 2"),
        ("dotted", "flow.py", "def alone(x):\n    return x", "def alone(x):\n    return -x"),
        ("lazy", "late.py", "def other():\n    return 2", "def other():\n    return 3"),
        ("wrapped", "flow.py", "@step(enable_cache=False)", "@step(enable_cache=True)"),
        ("array", "flow.py", "import numpy as np", "import json\nimport numpy as np"),
        ("typed", "flow.py", "from typing import List", "from typing import Dict, List"),
        ("nested", "starred.py", "def dull(x):\n    return x", "def dull(x):\n    return -x"),
        ("attribute", "flow.py", "class Rates:\n", "class Rates:\n    # per hour\n"),
        ("imported", "flow.py", "from settings import MAKER", "from settings import MAKER, UNUSED"),
        ("constant", "settings.py", "class Base:\n", "class Base:\n    extra = 1\n"),
    ],
)
def test_other_edits_do_not_count(look: Look, tmp_path: Path, step: str, file: str, old: str, new: str) -> None:
    before = look(step)
    text = (tmp_path / file).read_text()
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new))
    assert look(step) == before


@pytest.mark.parametrize("step", ["methods", "lazy", "handlers", "wrapped"])
def test_every_process_finds_the_same(look: Look, step: str) -> None:
    assert look(step, seed="1") == look(step, seed="2")


SOURCES = """
import importlib, json, sys
from headrace._reach import reach
from headrace._reach.sources import Sources
sources = Sources()
module = importlib.import_module("flow")
found = reach(getattr(module, sys.argv[1]), sources=sources)
print(json.dumps({f"{one['kind']} {one['name']}": sources.by_digest.get(one["digest"]) for one in found}))
"""


def test_what_is_reached_is_told_with_its_source(look: Look, tmp_path: Path) -> None:
    look("methods")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(SDK), str(tmp_path)))}
    texts = {}
    for step in ("methods", "constant", "imported"):
        command = [sys.executable, "-c", SOURCES, step]
        answer = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
        texts.update(json.loads(answer.stdout))
    assert texts["function pkg.impl.clean"] == "def clean(x):\n    '''Cleans.'''\n    return inner(x)  # soon\n"
    assert texts["function flow.helper"].startswith("@timer\ndef helper(x=settings.THRESHOLD):\n")
    assert texts["class flow.Child"].startswith("class Child(settings.Base):\n")
    assert texts["constant settings.THRESHOLD"] == "THRESHOLD = 3\n"
    assert texts["constant settings.OPTIONS"] == "OPTIONS = {'a': [1, 2]}\n"
    assert texts["constant settings.MAKER"] == "MAKER = Maker(1)\n"
    # The step's own text stands in its definition.
    assert texts["step flow.methods"] is None


def test_packages_count_by_version(look: Look) -> None:
    import numpy

    assert look("array")["package numpy"] == numpy.__version__
    assert not any(name.startswith("package") for name in look("reexported"))
