"""Pipelines and their runs as answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Optional
from uuid import UUID

from headrace.enums import ExecutionStatus
from headrace.page import Page
from headrace.responses.artifacts import ArtifactVersionResponse
from headrace.responses.base import Response, fetch
from headrace.responses.steps import StepRunResponse, TimedResponse

if TYPE_CHECKING:
    from headrace.pipelines.configuration import PipelineConfiguration

__all__ = ["PipelineResponse", "PipelineRunResponse"]


class PipelineRunResponse(TimedResponse):
    """One run of a pipeline."""

    kind = "run"
    _dumped = (
        "id", "name", "index", "status", "created", "start_time", "end_time", "pipeline_name", "tags", "run_metadata",
    )  # fmt: skip

    @property
    def index(self) -> int:
        """Which run of the pipeline it is, from 1."""
        return int(self._fields["index"])

    @property
    def in_progress(self) -> bool:
        """Whether it still goes on."""
        return not self.status.is_finished

    @property
    def status_reason(self) -> Optional[str]:
        """Why it failed, in one line."""
        info = self.exception_info
        return None if info is None else f"{info.type}: {info.message}"

    @property
    def pipeline_name(self) -> str:
        """The pipeline's name."""
        return str(self._fields["pipeline"])

    @property
    def pipeline(self) -> "PipelineResponse":
        """The pipeline."""
        found: PipelineResponse = self._once(
            "pipeline", lambda: PipelineResponse(fetch("pipeline", self._fields["pipelineId"]))
        )
        return found

    @property
    def steps(self) -> Dict[str, StepRunResponse]:
        """Step runs by invocation: of several attempts the last; steps that never ran are left out."""
        found = self._once("steps", lambda: self._related("steps"))
        return {fields["invocation"]: StepRunResponse(fields) for fields in found}

    @property
    def config(self) -> "PipelineConfiguration":
        """The configuration that applied; `config.parameters` holds the pipeline's parameters."""
        from headrace.responses.configurations import of_run

        return of_run(self.pipeline_name, self._fields)

    @property
    def substitutions(self) -> Dict[str, str]:
        """Placeholders of names and what they stand for."""
        return self.config.substitutions

    @property
    def enable_cache(self) -> bool:
        """Whether the cache was on."""
        return bool(self._fields.get("cacheEnabled", True))

    @property
    def tags(self) -> List[Any]:
        """The tags."""
        return self._tags()

    @property
    def artifact_versions(self) -> List[ArtifactVersionResponse]:
        """All artifact versions that its steps have as outputs, reused ones included."""
        return [ArtifactVersionResponse(fields) for fields in self._once("all", lambda: self._related("artifact_versions"))]

    @property
    def produced_artifact_versions(self) -> List[ArtifactVersionResponse]:
        """Artifact versions that this run made."""
        return [one for one in self.artifact_versions if one.producer_pipeline_run_id == self.id]

    @property
    def client_environment(self) -> Dict[str, Any]:
        """Interpreter, packages and platform."""
        return dict(self._fields.get("environment") or {})

    @property
    def orchestrator_environment(self) -> Dict[str, Any]:
        """The same as `client_environment`: everything runs here."""
        return self.client_environment

    @property
    def orchestrator_run_id(self) -> str:
        """The run's id as text."""
        return str(self.id)

    @property
    def stack(self) -> Any:
        """The one stack."""
        from headrace.responses.stack import active_stack

        return active_stack()

    def refresh_run_status(self, include_step_updates: bool = False) -> "PipelineRunResponse":
        """Reads the run again.

        Args:
            include_step_updates: Accepted for compatibility: steps are always read again.

        Returns:
            This object, as it is now.
        """
        self._fields = fetch("run", self._fields["id"])
        self._late.clear()
        return self


class PipelineResponse(Response):
    """A pipeline by name, and its runs."""

    kind = "pipeline"
    _dumped = ("id", "name", "created", "updated", "tags")

    @property
    def tags(self) -> List[Any]:
        """The tags."""
        return self._tags()

    @property
    def runs(self) -> Page[PipelineRunResponse]:
        """The runs, newest first."""
        return self.get_runs()

    @property
    def num_runs(self) -> int:
        """How many runs there are."""
        return self.get_runs(size=1).total

    @property
    def last_run(self) -> PipelineRunResponse:
        """The newest run.

        Raises:
            RuntimeError: There is none.
        """
        return self._newest("No runs found for pipeline")

    @property
    def last_successful_run(self) -> PipelineRunResponse:
        """The newest run that completed.

        Raises:
            RuntimeError: There is none.
        """
        return self._newest("No successful runs found for pipeline", status="completed")

    @property
    def last_run_status(self) -> ExecutionStatus:
        """The state of the newest run."""
        return self.last_run.status

    @property
    def latest_run_status(self) -> Optional[ExecutionStatus]:
        """The state of the newest run; None when there is none."""
        runs = self.get_runs(size=1)
        return runs[0].status if runs else None

    @property
    def latest_run_id(self) -> Optional[UUID]:
        """The id of the newest run; None when there is none."""
        runs = self.get_runs(size=1)
        return runs[0].id if runs else None

    def get_runs(self, **kwargs: Any) -> Page[PipelineRunResponse]:
        """Runs of this pipeline.

        Args:
            **kwargs: As `Client().list_pipeline_runs` takes them.

        Returns:
            A page, newest first unless `sort_by` says otherwise.
        """
        from headrace.client import Client

        return Client().list_pipeline_runs(pipeline_id=self.id, **kwargs)

    def _newest(self, problem: str, **filters: Any) -> PipelineRunResponse:
        runs = self.get_runs(size=1, **filters)
        if not runs:
            raise RuntimeError(f"{problem} with name '{self.name}'.")
        return runs[0]
