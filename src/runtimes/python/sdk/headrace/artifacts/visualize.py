"""`artifact_version.visualize()`: in a notebook, show; elsewhere, say where to look."""

from __future__ import annotations

import logging
from typing import Any, Optional

from headrace.enums import VisualizationType

__all__ = ["visualize"]

logger = logging.getLogger("headrace")


def visualize(version: Any, title: Optional[str]) -> None:
    """Shows an artifact version.

    Args:
        version: The artifact version.
        title: A heading.
    """
    display = _notebook()
    if display is None:
        logger.warning(
            "`visualize()` shows something in notebooks only. In VS Code, open %s %s in the Artifacts view of Headrace.",
            version.name,
            version.version,
        )
        return
    if title:
        display.display(display.Markdown(f"### {title}"))
    for one in version.visualizations:
        display.display(_rendered(display, one))


def _notebook() -> Any:
    try:
        from IPython import display, get_ipython  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        return None
    shell = get_ipython()
    return display if shell is not None and hasattr(shell, "kernel") else None


def _rendered(display: Any, one: Any) -> Any:
    content = one.load()
    if one.type is VisualizationType.IMAGE:
        return display.Image(content)
    if one.type is VisualizationType.HTML:
        return display.HTML(content)
    if one.type is VisualizationType.MARKDOWN:
        return display.Markdown(content)
    return display.Code(content, language=one.type.value)
