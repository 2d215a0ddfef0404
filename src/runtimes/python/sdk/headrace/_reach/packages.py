"""Versions of installed packages, asked only for those that a step reaches."""

from __future__ import annotations

import os
import sys
from typing import Dict, Optional

from headrace import _frames, _paths
from headrace._distributions import distribution_of

__all__ = ["package_of", "version_of"]

_IGNORED = frozenset(("headrace", "zenml", "__main__", "builtins"))
_STDLIB = os.path.dirname(os.path.abspath(os.__file__))

_packages: Dict[str, Optional[str]] = {}
_versions: Dict[str, str] = {}


def package_of(module: Optional[str]) -> Optional[str]:
    """The installed package that a module belongs to; None for the standard library, this SDK and user code."""
    top = (module or "").partition(".")[0]
    if top not in _packages:
        _packages[top] = top if _is_package(top) else None
    return _packages[top]


def version_of(package: str) -> str:
    """A package's version; ``unknown`` when it says none."""
    known = _versions.get(package)
    if known is None:
        loaded = getattr(sys.modules.get(package), "__version__", None)
        known = _versions[package] = loaded if isinstance(loaded, str) else _installed_version(package)
    return known


def _is_package(top: str) -> bool:
    if not top or top in _IGNORED or top in sys.builtin_module_names:
        return False
    if top in getattr(sys, "stdlib_module_names", ()):
        return False
    module = sys.modules.get(top)
    path = getattr(module, "__file__", None)
    if isinstance(path, str):
        return _paths.is_installed(path) and not _frames.is_ours(path)
    if module is not None:
        return bool(getattr(module, "__path__", None))
    # Not imported yet: an import inside of a function. Python 3.9 can't name its standard library: look where it lies.
    return not os.path.exists(os.path.join(_STDLIB, top)) and not os.path.exists(os.path.join(_STDLIB, f"{top}.py"))


def _installed_version(package: str) -> str:
    import importlib.metadata

    try:
        return importlib.metadata.version(distribution_of(package))
    except Exception:
        return "unknown"
