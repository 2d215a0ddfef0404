"""What a cache policy adds to the code that a step reaches (§3.3): files, other code, and a function's answer."""

from __future__ import annotations

import hashlib
import importlib
import os
from typing import TYPE_CHECKING, Any, Callable, Dict, Tuple

from headrace import _session
from headrace._reach.facts import digest_of

if TYPE_CHECKING:
    from headrace.config.cache_policy import CachePolicy

__all__ = ["policy_components"]


def policy_components(policy: "CachePolicy", follow: Callable[[Any], None]) -> Dict[Tuple[str, str], str]:
    """Components for declared files and the policy's function; declared code is handed to ``follow``.

    Raises:
        ValueError: A declared file is missing.
        RuntimeError: The function failed or answered no text.
    """
    components: Dict[Tuple[str, str], str] = {}
    for path in policy.file_dependencies or ():
        components[("file", str(path))] = _file_digest(str(path))
    for source in policy.source_dependencies or ():
        follow(_imported(source))
    if policy.cache_func is not None:
        components[("extra", "cache_func")] = digest_of([_answer(policy.cache_func)])
    return components


def _file_digest(path: str) -> str:
    base = _session.current().workspace if not os.path.isabs(path) else ""
    full = os.path.join(base, path)
    digest = hashlib.sha256()
    try:
        with open(full, "rb") as file:
            for piece in iter(lambda: file.read(1 << 20), b""):
                digest.update(piece)
    except OSError as error:
        raise ValueError(
            f"The file dependency `{path}` of a cache policy can't be read: {error.strerror} ({full})."
        ) from None
    return f"sha256:{digest.hexdigest()}"


def _imported(source: Any) -> Any:
    path = source if isinstance(source, str) else getattr(source, "import_path", None)
    if path is None:
        return source
    module, _, name = str(path).rpartition(".")
    return getattr(importlib.import_module(module), name) if module else importlib.import_module(name)


def _answer(func: Any) -> str:
    try:
        answer = _imported(func)()
    except Exception as error:
        raise RuntimeError(f"The cache function of a cache policy failed: {type(error).__name__}: {error}") from error
    if not isinstance(answer, str):
        raise RuntimeError(f"The cache function of a cache policy must answer text, not {type(answer).__name__}.")
    return answer
