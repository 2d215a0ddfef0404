"""Importing the file that holds a pipeline, as running it would, but for ``__name__``."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from importlib.machinery import (
    BYTECODE_SUFFIXES,
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    SourceFileLoader,
    SourcelessFileLoader,
)
from types import CodeType, ModuleType
from typing import Optional, Tuple

from headrace import _active, _paths

__all__ = ["import_file", "install_fresh_imports"]


class _FreshLoader(SourceFileLoader):
    """Compiles user code from its source each time.

    Python trusts a ``.pyc`` whose time (in whole seconds) and size fit. An edit right after a run may leave both the same,
    and an edit must always take effect.
    """

    def get_code(self, fullname: str) -> Optional[CodeType]:
        path = self.get_filename(fullname)
        if not _paths.is_users(path):
            return super().get_code(fullname)
        code: CodeType = self.source_to_code(self.get_data(path), path)
        return code


def install_fresh_imports() -> None:
    """Make imports of user code read its source. Everything else is imported as ever."""
    hook = FileFinder.path_hook(
        (ExtensionFileLoader, EXTENSION_SUFFIXES),
        (_FreshLoader, SOURCE_SUFFIXES),
        (SourcelessFileLoader, BYTECODE_SUFFIXES),
    )
    # Before Python's own, after that for zip files, which declines folders.
    sys.path_hooks.insert(max(0, len(sys.path_hooks) - 1), hook)
    sys.path_importer_cache.clear()


def import_file(path: str, workspace: str) -> ModuleType:
    """Import a file under its own module name.

    ``sys.path`` begins with the file's folder, as it does when Python runs the file; the workspace's folder is on it,
    too. Inside of a package, the module is imported as a part of it, so that relative imports work.

    Raises:
        FileNotFoundError: There is no such file.
        BaseException: What the code of the module raises.
    """
    path = os.path.abspath(path)
    if not os.path.isfile(path):
        raise FileNotFoundError(f"There is no file {path}.")
    folder = os.path.dirname(path)
    name, root = _module_name(path)
    sys.path.insert(0, folder)
    for extra in (root, workspace):
        if extra:
            _paths.insert_before_installed(os.path.abspath(extra))
    sys.argv = [path]
    if "." in name:
        importlib.import_module(name.rpartition(".")[0])
    if name in sys.modules and "." in name:
        # Its package has imported it already.
        return sys.modules[name]
    return _execute(name, path)


def _execute(name: str, path: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path, loader=_FreshLoader(name, path))
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} can't be imported as a Python module.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    _active.set_importing(path)
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    finally:
        _active.set_importing(None)
    return module


def _module_name(path: str) -> Tuple[str, str]:
    """The module's name, and the folder that its first part lies in."""
    name, folder = _paths.dotted_name(path)
    first = name.partition(".")[0]
    top = sys.modules.get(first)
    taken = top is not None and not _lies_in(top, folder) or first in _standard_names()
    # A file `queue.py` must not take the place of the standard library's.
    return (f"_{name.replace('.', '_')}", folder) if taken else (name, folder)


def _lies_in(module: ModuleType, folder: str) -> bool:
    file = getattr(module, "__file__", None) or ""
    return bool(file) and os.path.abspath(file).startswith(os.path.abspath(folder) + os.sep)


def _standard_names() -> "frozenset[str]":
    return getattr(sys, "stdlib_module_names", frozenset(sys.builtin_module_names))
