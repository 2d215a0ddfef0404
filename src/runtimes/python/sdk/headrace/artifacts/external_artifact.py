"""Values from outside of a pipeline as inputs of its steps (zenml-semantics §2.4)."""

from __future__ import annotations

from typing import Any, Dict, Optional
from uuid import UUID, uuid4

from headrace import _session
from headrace.responses.base import fetch

__all__ = ["ExternalArtifact"]

_MISSING: Any = object()


class ExternalArtifact:
    """A value, or an artifact version by id, that is passed to a step.

    Args:
        value: The value, None included; each run that passes it gets one new artifact version.
        id: An artifact version instead.
        name: The artifact instead, of which `version` or the one created last is taken (ZenML up to 0.67).
        version: A version of `name`.
        materializer: Materializer for the value.
        store_artifact_metadata: Whether to ask the materializer for metadata.
        store_artifact_visualizations: Whether to make a preview.

    Raises:
        ValueError: Not exactly one of value, id and name is given.
    """

    def __init__(
        self,
        value: Any = _MISSING,
        id: Optional[UUID] = None,
        name: Optional[str] = None,
        version: Optional[str] = None,
        materializer: Any = None,
        store_artifact_metadata: bool = True,
        store_artifact_visualizations: bool = True,
    ) -> None:
        given = [value is not _MISSING, id is not None, name is not None]
        if sum(given) != 1:
            raise ValueError("Either `value`, `id` or `name` must be provided for an external artifact, and only one of them.")
        self.value = None if value is _MISSING else value
        self.by_value = value is not _MISSING
        self.id = id
        self.name = name
        self.version = version
        self.materializer = materializer
        self.store_artifact_metadata = store_artifact_metadata
        self.store_artifact_visualizations = store_artifact_visualizations

    def upload_by_value(self) -> UUID:
        """Saves the value as an artifact version and answers its id; from then on it is passed by id."""
        from headrace.artifacts.payload import write_value

        payload = write_value(
            self.value,
            materializer=self.materializer,
            metadata=self.store_artifact_metadata,
            visualization=self.store_artifact_visualizations,
        )
        params: Dict[str, Any] = {
            "name": f"external_{uuid4()}",
            "version": None,
            "payload": payload,
            "saveType": "external",
            "tags": [],
            "metadata": {},
            "customName": False,
        }
        self.id = UUID(_session.request("artifact.save", params)["entity"]["id"])
        self.value, self.by_value = None, False
        return self.id

    def get_artifact_version_id(self) -> UUID:
        """The id of the artifact version, which must exist.

        Raises:
            KeyError: It doesn't.
            RuntimeError: The value hasn't been uploaded yet.
        """
        if self.id is not None:
            return UUID(fetch("artifact_version", str(self.id))["id"])
        if self.name is not None:
            return UUID(fetch("artifact_version", self.name, self.version)["id"])
        raise RuntimeError("The artifact is passed by value and was not uploaded yet.")
