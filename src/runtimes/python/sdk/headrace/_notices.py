"""One line for each thing that is accepted and has no meaning here (§2.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, List, Mapping

from headrace import _face

if TYPE_CHECKING:
    from headrace._compile import Binding, Traced

__all__ = ["notices_of"]


def notices_of(found: "Traced", bindings: Mapping[str, "Binding"]) -> List[str]:
    """What a pipeline and its steps ask for that Headrace doesn't do."""
    notices: List[str] = []
    hidden = _face.installed_elsewhere("zenml")
    if hidden is not None:
        notices.append(
            f"`import zenml` gives Headrace's API; the ZenML installed in {hidden} is not used. "
            "Set HEADRACE_ZENML=installed to use that one instead."
        )
    settings = dict.fromkeys(
        [*found.configuration.settings, *(key for binding in bindings.values() for key in binding.configuration.settings)]
    )
    if settings:
        listed = ", ".join(f"`{key}`" for key in settings)
        notices.append(
            f"Settings for {listed} are kept but have no effect: steps run in the interpreter of this workspace."
        )
    if found.pipeline._run_options.schedule is not None:
        notices.append("The schedule is ignored: Headrace runs a pipeline when it is asked to.")
    options: List[Any] = [found.configuration, *(binding.configuration for binding in bindings.values())]
    if any(getattr(item, "secrets", None) for item in options):
        notices.append("`secrets` are ignored: Headrace keeps none. Use environment variables.")
    for name in ("experiment_tracker", "step_operator"):
        if any(getattr(item, name, None) for item in options):
            notices.append(f"`{name}` is ignored: Headrace has no stack components.")
    return notices
