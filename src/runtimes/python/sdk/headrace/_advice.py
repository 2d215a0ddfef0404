"""What to do about the mistakes that are made most often."""

from __future__ import annotations

import errno
import importlib.util
import sys
from typing import Optional

from headrace._distributions import distribution_of

__all__ = ["advice_for", "disk_is_full"]

_OUR_NAMES = frozenset(
    (
        "step",
        "pipeline",
        "Model",
        "ArtifactConfig",
        "ExternalArtifact",
        "get_step_context",
        "get_pipeline_context",
        "log_metadata",
        "save_artifact",
        "load_artifact",
        "link_artifact_to_model",
    )
)


def advice_for(error: BaseException) -> Optional[str]:
    """A sentence on what to do; None where the message must speak for itself."""
    if isinstance(error, ModuleNotFoundError) and error.name:
        return _missing_module(error.name)
    if isinstance(error, NameError):
        return _missing_name(getattr(error, "name", None) or _quoted(str(error)))
    if isinstance(error, EOFError):
        return "Steps have no keyboard to read from: give the pipeline a parameter instead of calling `input()`."
    if isinstance(error, SystemExit):
        return "Return from the step, or raise an exception that says what is wrong, instead of ending the process."
    if isinstance(error, MemoryError):
        return "Process the data in parts, or run fewer steps at once."
    if disk_is_full(error) or disk_is_full(error.__cause__):
        return "Free some space and run again: what earlier steps stored is kept."
    return None


def disk_is_full(error: Optional[BaseException]) -> bool:
    """Whether the system refused to write for want of space, or of the user's share of it."""
    codes = (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC))
    return isinstance(error, OSError) and error.errno in codes


def _missing_module(name: str) -> Optional[str]:
    top = name.partition(".")[0]
    if top in ("zenml", "headrace"):
        return None
    if top != name and _is_there(top):
        return (
            f"The package `{top}` is there, but it has no module `{name}`: compare its version with what the code "
            "expects."
        )
    package = distribution_of(top)
    command = f'"{sys.executable}"' if " " in sys.executable else sys.executable
    return (
        f"The interpreter {sys.executable} (Python {sys.version_info[0]}.{sys.version_info[1]}) has no module `{top}`. "
        f"Install it there with `{command} -m pip install {package}`, or choose another interpreter. "
        f"If `{top}` is a file or folder of yours, it must lie in the folder of the pipeline's file or of the workspace."
    )


def _is_there(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError, AttributeError, OSError):
        return False


def _missing_name(name: Optional[str]) -> Optional[str]:
    if name in _OUR_NAMES:
        return f"Add `{name}` to the import from `zenml` at the top of the file."
    return None


def _quoted(text: str) -> Optional[str]:
    parts = text.split("'")
    return parts[1] if len(parts) >= 3 else None
