"""`Client`: stack, project and user of a local executor, and metadata by resource."""

from __future__ import annotations

from typing import Any, Dict, List, Optional
from uuid import UUID

from headrace import _session
from headrace.exceptions import UnsupportedFeatureError
from headrace.responses.stack import Stack, active_project, active_stack, default_user

__all__ = ["Workspace"]

# ZenML's client has some two hundred methods. The ones that stand for whole features we don't have are named here, so that
# code which calls them hears what is the matter and not that an attribute is missing.
_FEATURES = {
    "stack": "stacks and stack components",
    "flavor": "stack component flavors",
    "service_connector": "service connectors",
    "service": "model deployment services",
    "secret": "secrets",
    "code_repository": "code repositories",
    "schedule": "schedules",
    "deployment": "deployments",
    "snapshot": "snapshots",
    "run_template": "run templates",
    "trigger": "triggers",
    "event_source": "event sources",
    "action": "actions",
    "api_key": "API keys",
    "api_token": "API tokens",
    "user": "user administration",
    "project": "several projects",
    "build": "image builds",
}


class Workspace:
    """The parts of `Client` that say where one is."""

    @property
    def active_stack(self) -> Stack:
        """The embedded executor and its folder of payloads."""
        return active_stack()

    @property
    def active_stack_model(self) -> Stack:
        """The same as `active_stack`."""
        return active_stack()

    @property
    def active_project(self) -> Any:
        """The workspace."""
        return active_project()

    @property
    def active_user(self) -> Any:
        """The one local user."""
        return default_user()

    @property
    def root(self) -> Any:
        """The workspace folder."""
        from pathlib import Path

        return Path(_session.current().workspace)

    @staticmethod
    def is_inside_repository(directory: Any) -> bool:
        """Whether a folder belongs to the workspace."""
        from pathlib import Path

        root = Path(_session.current().workspace).resolve()
        return root in [Path(directory).resolve(), *Path(directory).resolve().parents]

    def create_run_metadata(
        self,
        metadata: Dict[str, Any],
        resources: List[Any],
        stack_component_id: Optional[UUID] = None,
        publisher_step_id: Optional[UUID] = None,
    ) -> None:
        """Logs metadata for several things at once.

        Args:
            metadata: Values by key.
            resources: Objects with `id` and `type` (`RunMetadataResource`).
            stack_component_id: Ignored.
            publisher_step_id: Ignored.
        """
        from headrace.metadata import log_to

        for resource in resources:
            log_to(str(getattr(resource.type, "value", resource.type)), str(resource.id), metadata)

    def __getattr__(self, name: str) -> Any:
        verb, _, thing = name.partition("_")
        if verb in ("create", "get", "list", "update", "delete", "activate", "deactivate", "set", "rotate"):
            for feature, words in _FEATURES.items():
                if feature in thing:
                    raise UnsupportedFeatureError(
                        f"Headrace runs on this machine, for one user, and has no {words}: `Client().{name}` does not exist "
                        "here. What pipelines need is configured in the pipeline itself."
                    )
        raise AttributeError(f"'Client' object has no attribute {name!r}")
