"""Whose code a file is: the user's, an installed package's, Python's own, or ours."""

from __future__ import annotations

import os
import sys
from typing import Dict, Tuple

from headrace import _frames

_INSTALLED = frozenset(("site-packages", "dist-packages"))
_STDLIB = os.path.dirname(os.path.abspath(os.__file__))

_users: Dict[str, bool] = {}


def is_users(path: str) -> bool:
    """Whether a file is user code: not installed, not of the standard library, not of this SDK.

    Folders outside of the workspace count too (code next to it on ``sys.path``, editable installs): whoever edits them
    expects steps to notice.
    """
    known = _users.get(path)
    if known is None:
        known = _users[path] = _is_users(path)
    return known


def is_installed(path: str) -> bool:
    """Whether a file belongs to an installed package."""
    return not _INSTALLED.isdisjoint(_parts(path))


def _is_users(path: str) -> bool:
    if not path or path.startswith("<") and not path.startswith("<ipython"):
        return False
    absolute = os.path.abspath(path)
    if _frames.is_ours(absolute) or is_installed(absolute):
        return False
    return not absolute.startswith(_STDLIB + os.sep)


def _parts(path: str) -> Tuple[str, ...]:
    return tuple(os.path.abspath(path).split(os.sep))


def insert_before_installed(folder: str) -> None:
    """Put a folder on ``sys.path`` after the standard library, so that it hides nothing of it, and before packages."""
    if folder in sys.path:
        return
    for index, entry in enumerate(sys.path):
        if is_installed(entry):
            sys.path.insert(index, folder)
            return
    sys.path.append(folder)


def dotted_name(path: str) -> Tuple[str, str]:
    """What a file's module is called inside of its packages, and the folder that the first of them lies in."""
    folder, base = os.path.split(os.path.abspath(path))
    parts = [os.path.splitext(base)[0]]
    while os.path.isfile(os.path.join(folder, "__init__.py")) and os.path.basename(folder).isidentifier():
        folder, package = os.path.split(folder)
        parts.insert(0, package)
    return ".".join(parts), folder
