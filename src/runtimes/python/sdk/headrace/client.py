"""`Client()`: what user code may ask of the engine, with ZenML's methods and arguments (zenml-semantics §4.10)."""

from __future__ import annotations

from headrace._client.artifacts import ArtifactQueries
from headrace._client.models import ModelQueries
from headrace._client.runs import RunQueries
from headrace._client.tags import TagQueries
from headrace._client.workspace import Workspace

__all__ = ["Client"]


class Client(ArtifactQueries, ModelQueries, RunQueries, TagQueries, Workspace):
    """The way to everything that the engine of this workspace remembers.

    A `Client` has no state: make one wherever it is needed. Methods raise `KeyError` for what doesn't exist, `ZenKeyError`
    where a name or an id prefix means several things, and `ConnectionError` where no engine can be reached.
    """

    def __repr__(self) -> str:
        return "Client()"
