"""User, project and stack as a single-user, local executor has them: one of each, and no more than that."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid5

from headrace import _session
from headrace.exceptions import UnsupportedFeatureError

__all__ = ["ArtifactStore", "Stack", "active_project", "active_stack", "default_user"]

_NAMESPACE = UUID("6f2b1c1e-54a5-4b42-9a35-6e8a3b6a9d10")


def _entity(name: str, label: str) -> SimpleNamespace:
    return SimpleNamespace(id=uuid5(_NAMESPACE, name), name=label)


def default_user() -> SimpleNamespace:
    """The one user."""
    user = _entity("user", "default")
    user.full_name, user.is_admin, user.is_service_account = "", True, False
    return user


def active_project() -> SimpleNamespace:
    """The workspace as the one project; its path is its identity."""
    workspace = _session.current().workspace
    project = _entity(f"project:{workspace}", "default")
    project.display_name, project.description = "default", workspace
    return project


class ArtifactStore(SimpleNamespace):
    """Where payloads are, with the file operations of a local folder."""

    path: str

    def exists(self, path: str) -> bool:
        """Whether there is a file or a folder."""
        import os

        return os.path.exists(path)

    def isdir(self, path: str) -> bool:
        """Whether there is a folder."""
        import os

        return os.path.isdir(path)

    def listdir(self, path: str) -> Any:
        """Names in a folder."""
        import os

        return os.listdir(path)

    def makedirs(self, path: str) -> None:
        """Makes a folder and those above it."""
        import os

        os.makedirs(path, exist_ok=True)

    def open(self, path: str, mode: str = "r") -> Any:
        """Opens a file."""
        return open(path, mode, encoding=None if "b" in mode else "utf-8")


class Stack(SimpleNamespace):
    """The embedded executor where ZenML has a stack. What it hasn't got raises an error that says so."""

    id: UUID
    name: str
    orchestrator: SimpleNamespace
    artifact_store: ArtifactStore

    @property
    def components(self) -> Any:
        """The parts there are."""
        return {"orchestrator": self.orchestrator, "artifact_store": self.artifact_store}

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        raise UnsupportedFeatureError(
            f"Headrace runs pipelines itself and has no stack component `{name}`. Call the library directly in your step."
        )


def active_stack() -> Stack:
    """The one stack: this engine and its folder of payloads."""
    session = _session.current()
    store = ArtifactStore(
        id=uuid5(_NAMESPACE, f"artifact_store:{session.artifacts}"),
        name="default",
        type="artifact_store",
        flavor="local",
        path=session.artifacts,
        config=SimpleNamespace(path=session.artifacts),
    )
    orchestrator = _entity("orchestrator", "default")
    orchestrator.type, orchestrator.flavor = "orchestrator", "local"
    return Stack(id=uuid5(_NAMESPACE, "stack"), name="default", orchestrator=orchestrator, artifact_store=store)
