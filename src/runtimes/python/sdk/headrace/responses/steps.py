"""Step runs as answers, and what they share with runs."""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Dict, List, Optional
from uuid import UUID

from headrace.enums import ExecutionStatus, StepRunInputArtifactType
from headrace.responses.artifacts import ArtifactVersionResponse
from headrace.responses.base import Response, fetch, moment
from headrace.source import Source

if TYPE_CHECKING:
    from headrace.responses.runs import PipelineRunResponse
    from headrace.steps.configuration import StepConfiguration

__all__ = ["ExceptionInfo", "StepRunInputResponse", "StepRunResponse", "TimedResponse", "Versions"]

# What ZenML has no word for, in its words.
_STATUS = {
    "waiting": "initializing",
    "cancelled": "stopped",
    "interrupted": "failed",
    "skipped": "stopped",
}


def _status(text: str) -> ExecutionStatus:
    return ExecutionStatus(_STATUS.get(text, text))


class StepRunInputResponse(ArtifactVersionResponse):
    """An artifact version as the input of a step."""

    @property
    def input_type(self) -> StepRunInputArtifactType:
        """How it became the input."""
        return StepRunInputArtifactType(self._fields["inputType"])

    @property
    def chunk_index(self) -> None:
        """Always None: inputs are whole."""
        return None


class Versions(List[Any]):
    """Artifact versions under one name of a step. Where there is just one, the list answers as it would.

    Since 0.70 ZenML gives lists here, before it gave the version itself; code of both ages works.
    """

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if len(self) == 1:
            return getattr(self[0], name)
        raise AttributeError(f"There are {len(self)} artifact versions here: choose one of them before asking for `{name}`.")


class ExceptionInfo(SimpleNamespace):
    """Why a step or a run failed."""

    type: str
    message: str
    traceback: str
    step_code_line: Optional[int]


def _exception_info(failure: Optional[Dict[str, Any]]) -> Optional[ExceptionInfo]:
    if failure is None:
        return None
    location = failure.get("location") or {}
    return ExceptionInfo(
        type=failure["type"],
        message=failure["message"],
        traceback=failure["traceback"],
        step_code_line=location.get("line"),
        file=location.get("file"),
        advice=failure.get("advice"),
    )


class TimedResponse(Response):
    """Something that begins, ends, may fail and prints."""

    @property
    def status(self) -> ExecutionStatus:
        """The state."""
        return _status(self._fields["status"])

    @property
    def start_time(self) -> Optional[datetime]:
        """When it began (UTC)."""
        return moment(self._fields.get("started"))

    @property
    def end_time(self) -> Optional[datetime]:
        """When it ended (UTC); None while it goes on."""
        return moment(self._fields.get("finished"))

    @property
    def exception_info(self) -> Optional[ExceptionInfo]:
        """Why it failed, with the user's own frames; None when it didn't."""
        return _exception_info(self._fields.get("failure"))

    @property
    def run_metadata(self) -> Dict[str, Any]:
        """The metadata by key."""
        return self._metadata()

    @property
    def model_version(self) -> Any:
        """The model version that its outputs are linked to; None when there is none."""
        from headrace.responses.models import ModelVersionResponse

        key = self._fields.get("modelVersionId")
        if not key:
            return None
        return self._once("model_version", lambda: ModelVersionResponse(fetch("model_version", key)))

    @property
    def model_version_id(self) -> Optional[UUID]:
        """Its id."""
        found = self._fields.get("modelVersionId")
        return UUID(found) if found else None

    @property
    def logs(self) -> str:
        """What it printed (a deliberate addition: ZenML has no such attribute)."""
        return str(self._related("logs"))


class StepRunResponse(TimedResponse):
    """One execution of one invocation of a step."""

    kind = "step_run"
    _dumped = (
        "id", "name", "version", "status", "start_time", "end_time", "cache_key", "original_step_run_id",
        "pipeline_run_id", "run_metadata",
    )  # fmt: skip

    @property
    def name(self) -> str:
        """The invocation, such as `load_2`."""
        return str(self._fields["invocation"])

    @property
    def version(self) -> int:
        """Which attempt it was, from 1."""
        return int(self._fields["attempt"])

    @property
    def pipeline_run_id(self) -> UUID:
        """The id of the run."""
        return UUID(self._fields["runId"])

    @property
    def run(self) -> "PipelineRunResponse":
        """The run."""
        from headrace.responses.runs import PipelineRunResponse

        found: PipelineRunResponse = self._once(
            "run", lambda: PipelineRunResponse(fetch("run", self._fields["runId"]))
        )
        return found

    @property
    def inputs(self) -> Dict[str, "Versions"]:
        """Input artifact versions by parameter; parameters with plain values are in `config.parameters`."""
        found: Dict[str, Versions] = {}
        for name, ids, how in _inputs(self._fields["inputs"]):
            for one in ids:
                fields = {**self._versions()[one], "inputType": how}
                if how == "manual":
                    name = fields["artifact"]
                found.setdefault(name, Versions()).append(StepRunInputResponse(fields))
        return found

    @property
    def outputs(self) -> Dict[str, "Versions"]:
        """Output artifact versions by output name; what was saved by hand stands under its artifact's name."""
        found: Dict[str, Versions] = {}
        for output in self._fields["outputs"]:
            fields = self._versions().get(output["artifactVersionId"])
            if fields is not None:
                found.setdefault(output["output"], Versions()).append(ArtifactVersionResponse(fields))
        return found

    @property
    def input(self) -> StepRunInputResponse:
        """The one input.

        Raises:
            ValueError: There is none, or more than one.
        """
        found: StepRunInputResponse = self._single(self.inputs, "input")
        return found

    @property
    def output(self) -> ArtifactVersionResponse:
        """The one output.

        Raises:
            ValueError: There is none, or more than one.
        """
        found: ArtifactVersionResponse = self._single(self.outputs, "output")
        return found

    @property
    def regular_inputs(self) -> Dict[str, StepRunInputResponse]:
        """Inputs that were passed, without those that the code loaded by itself.

        Raises:
            ValueError: One input is a list of several.
        """
        passed = {
            name: [one for one in items if one.input_type is not StepRunInputArtifactType.MANUAL]
            for name, items in self.inputs.items()
        }
        return self._singles(passed, "input")

    @property
    def regular_outputs(self) -> Dict[str, ArtifactVersionResponse]:
        """Outputs that were returned, without those that the code saved by itself.

        Raises:
            ValueError: One name has several.
        """
        returned = {item["output"] for item in self._fields["outputs"] if item["saveType"] == "step_output"}
        return self._singles({name: list(items) for name, items in self.outputs.items() if name in returned}, "output")

    @property
    def cache_key(self) -> Optional[str]:
        """The cache key."""
        return self._fields.get("cacheKey")

    @property
    def cache_reason(self) -> Optional[str]:
        """In words: why it was cached, or why it ran again."""
        return self._fields.get("cacheReason")

    @property
    def cache_expires_at(self) -> Optional[datetime]:
        """When its result stops being reused (UTC); None for never."""
        return moment(self._fields.get("cacheExpires"))

    @property
    def original_step_run_id(self) -> Optional[UUID]:
        """The step run whose result was reused; None when it ran itself."""
        found = self._fields.get("originalStepRunId")
        return UUID(found) if found else None

    @property
    def parent_step_ids(self) -> List[UUID]:
        """Ids of the step runs just above it in the run."""
        steps = self.run.steps
        return [steps[name].id for name in self._fields.get("upstream") or [] if name in steps]

    @property
    def source_code(self) -> Optional[str]:
        """The step's source code as it was compiled."""
        return self._definition().get("sourceCode")

    @property
    def docstring(self) -> Optional[str]:
        """The step's docstring."""
        return self._definition().get("docstring")

    @property
    def code_hash(self) -> Optional[str]:
        """The digest of the step's code."""
        return self._definition().get("codeHash")

    @property
    def substitutions(self) -> Dict[str, str]:
        """Placeholders of names and what they stand for."""
        return dict(self._definition()["config"]["substitutions"])

    @property
    def config(self) -> "StepConfiguration":
        """The configuration that applied; `config.parameters` holds the step's parameters."""
        from headrace.responses.configurations import of_step

        return of_step(self.name, self._definition()["config"], self._fields.get("parameters") or {})

    @property
    def spec(self) -> SimpleNamespace:
        """Where the step stands in the pipeline."""
        return SimpleNamespace(
            invocation_id=self.name,
            source=Source.from_import_path(self._definition()["sourcePath"]),
            upstream_steps=list(self._fields.get("upstream") or []),
            pipeline_parameter_name=self.name,
        )

    def _definition(self) -> Dict[str, Any]:
        found: Dict[str, Any] = self._once("definition", lambda: self._related("definition"))
        return found

    def _versions(self) -> Dict[str, Dict[str, Any]]:
        found: Dict[str, Dict[str, Any]] = self._once("versions", lambda: self._related("artifact_versions"))
        return found

    def _single(self, found: Dict[str, "Versions"], what: str) -> Any:
        everything = [one for items in found.values() for one in items]
        if not everything:
            raise ValueError(f"Step {self.name} has no {what}s.")
        if len(everything) > 1:
            raise ValueError(f"Step {self.name} has multiple {what}s, so `Step.{what}` is ambiguous. Use `Step.{what}s` instead.")
        return everything[0]

    def _singles(self, found: Dict[str, List[Any]], what: str) -> Dict[str, Any]:
        for name, items in found.items():
            if len(items) > 1:
                raise ValueError(f"Expected 1 {what} artifact for {name} of step {self.name}, got {len(items)}.")
        return {name: items[0] for name, items in found.items() if items}


def _inputs(inputs: Dict[str, Dict[str, Any]]) -> Any:
    for name, entry in inputs.items():
        if entry["kind"] == "artifact":
            yield name, [entry["artifactVersionId"]], entry["how"]
        elif entry["kind"] == "artifacts":
            yield name, entry["artifactVersionIds"], "step_output"
