"""The import machinery of the ``zenml`` face: what is not provided says so, and the installed ZenML can be chosen."""

from __future__ import annotations

import importlib.machinery
import os
import sys

TYPE_CHECKING = False

if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any, List, Optional, Sequence

__all__ = ["install_refusals", "installed_elsewhere", "installed_chosen", "turn_into_installed"]

_CHOICE = "HEADRACE_ZENML"
_SDK = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

_FEATURES = (
    ("zenml.integrations", "the integration"),
    ("zenml.stack", "stacks"),
    ("zenml.orchestrators", "orchestrators"),
    ("zenml.artifact_stores", "artifact stores"),
    ("zenml.container_registries", "container registries"),
    ("zenml.experiment_trackers", "experiment trackers"),
    ("zenml.model_deployers", "model deployers"),
    ("zenml.deployers", "deployers"),
    ("zenml.model_registries", "model registries"),
    ("zenml.feature_stores", "feature stores"),
    ("zenml.step_operators", "step operators"),
    ("zenml.alerter", "alerters"),
    ("zenml.annotators", "annotators"),
    ("zenml.data_validators", "data validators"),
    ("zenml.image_builders", "image builders"),
    ("zenml.services", "services"),
    ("zenml.service_connectors", "service connectors"),
    ("zenml.secret", "secrets"),
    ("zenml.zen_server", "the ZenML server"),
    ("zenml.zen_stores", "ZenML's stores"),
    ("zenml.cli", "ZenML's command line"),
    ("zenml.utils.dashboard_utils", "the dashboard"),
    ("zenml.hooks", "hooks that tell an alerter"),
)


class _Refusals:
    """A finder that comes last, and says of ``zenml`` modules that nobody found what Headrace is and isn't."""

    @staticmethod
    def find_spec(name: str, _path: Optional[Sequence[str]] = None, _target: Optional[ModuleType] = None) -> None:
        """Refuse modules of ``zenml`` that aren't there.

        Raises:
            ImportError: The module is one of ``zenml``.
        """
        if name.startswith("zenml."):
            # A ModuleNotFoundError would be swallowed by `from zenml import name`, which then says less.
            raise ImportError(_refusal(name), name=name)


def install_refusals() -> None:
    """From now on, importing a ``zenml`` module that Headrace doesn't have says so."""
    if not any(finder is _Refusals for finder in sys.meta_path):
        sys.meta_path.append(_Refusals)


def _refusal(name: str) -> str:
    feature = next((text for prefix, text in _FEATURES if name == prefix or name.startswith(prefix + ".")), None)
    what = f"`{name}`" if feature is None else f"`{name}` ({feature} of ZenML)"
    if feature == "the integration":
        package = name.split(".")[2] if name.count(".") > 1 else "package"
        way = f"Use the package itself (`import {package}`) in your steps"
    elif feature == "hooks that tell an alerter":
        way = "Write a function of your own and give it to `on_failure` or `on_success`"
    else:
        way = "Leave it out: pipelines run in this workspace without it"
    return (
        f"Headrace does not provide {what}. {way}; or install ZenML in this interpreter and set {_CHOICE}=installed to import "
        "the installed ZenML instead of Headrace's, whose pipelines then need a ZenML stack to run."
    )


def installed_chosen() -> bool:
    """Whether ``import zenml`` is to give the ZenML that is installed: it was chosen, or its own command line runs."""
    return os.environ.get(_CHOICE, "").strip().lower() == "installed" or _is_command_of_installed()


def _is_command_of_installed() -> bool:
    program = (getattr(sys, "argv", None) or [""])[0]
    return os.path.splitext(os.path.basename(program))[0] == "zenml" and installed_elsewhere("zenml") is not None


def turn_into_installed(name: str, folder: str) -> bool:
    """Make the module ``name``, which is being imported from ``folder``, the one that is installed elsewhere.

    Returns:
        False when none is installed.
    """
    spec = _find_elsewhere(name, folder)
    if spec is None or spec.loader is None:
        return False
    module: Any = sys.modules[name]
    module.__spec__ = spec
    module.__file__ = spec.origin
    module.__loader__ = spec.loader
    if spec.submodule_search_locations is not None:
        module.__path__ = list(spec.submodule_search_locations)
    spec.loader.exec_module(module)
    return True


def installed_elsewhere(name: str) -> Optional[str]:
    """Where a package is installed that this SDK answers for; None when it isn't."""
    spec = _find_elsewhere(name, _SDK)
    return os.path.dirname(spec.origin) if spec is not None and spec.origin else None


def _find_elsewhere(name: str, folder: str) -> Optional[importlib.machinery.ModuleSpec]:
    ours = os.path.realpath(folder)
    others: List[str] = [
        entry for entry in sys.path if os.path.realpath(entry or os.getcwd()) != ours and not _is_of_sdk(entry)
    ]
    return importlib.machinery.PathFinder.find_spec(name, others)


def _is_of_sdk(entry: str) -> bool:
    """Whether a place on the path belongs to a copy of this SDK: one may be installed besides the extension's own."""
    root = os.path.dirname(entry) if os.path.basename(entry) == "fallback" else entry
    return os.path.exists(os.path.join(root, "headrace", "_face.py"))
