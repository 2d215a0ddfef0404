"""Links as answers: artifact version to model version, run to model version."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid5

from headrace.responses.artifacts import ArtifactVersionResponse
from headrace.responses.base import Response, fetch

__all__ = ["ModelVersionArtifactLink", "ModelVersionRunLink"]


_NAMESPACE = UUID("1b9b9a5e-7d0c-4f2e-8a4d-6f1a5b0c7e21")


class _Link(Response):
    @property
    def id(self) -> UUID:
        """An id that both ends make: links are remembered by them."""
        return uuid5(_NAMESPACE, self._fields["id"])

    @property
    def name(self) -> str:
        """Both ends."""
        return str(self._fields["id"])

    @property
    def model_version(self) -> Any:
        """The model version."""
        from headrace.responses.models import ModelVersionResponse

        key = self._fields["modelVersionId"]
        return self._once("model_version", lambda: ModelVersionResponse(fetch("model_version", key)))

    @property
    def model_version_id(self) -> UUID:
        """Its id."""
        return UUID(self._fields["modelVersionId"])


class ModelVersionArtifactLink(_Link):
    """That an artifact version belongs to a model version."""

    kind = "link"
    _dumped = ("id", "model_version_id", "artifact_version_id", "created")

    @property
    def artifact_version(self) -> ArtifactVersionResponse:
        """The artifact version."""
        key = self._fields["artifactVersionId"]
        found: ArtifactVersionResponse = self._once(
            "artifact_version", lambda: ArtifactVersionResponse(fetch("artifact_version", key))
        )
        return found

    @property
    def artifact_version_id(self) -> UUID:
        """Its id."""
        return UUID(self._fields["artifactVersionId"])


class ModelVersionRunLink(_Link):
    """That a run used a model version."""

    kind = "run_link"
    _dumped = ("id", "model_version_id", "pipeline_run_id", "created")

    @property
    def pipeline_run(self) -> Any:
        """The run."""
        from headrace.responses.runs import PipelineRunResponse

        return self._once("run", lambda: PipelineRunResponse(fetch("run", self._fields["runId"])))

    @property
    def pipeline_run_id(self) -> UUID:
        """Its id."""
        return UUID(self._fields["runId"])
