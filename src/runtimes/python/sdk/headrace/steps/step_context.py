"""What a running step may know and say about itself (§5.1)."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional

from headrace import _active, _annotations
from headrace.exceptions import StepContextError

if TYPE_CHECKING:
    from headrace.model import Model
    from headrace.responses.models import ModelVersionResponse
    from headrace.responses.runs import PipelineResponse, PipelineRunResponse
    from headrace.responses.steps import StepRunInputResponse, StepRunResponse
    from headrace.tags import Tag

__all__ = ["StepContext", "StepOutput", "get_step_context"]


class StepOutput:
    """One declared output of the running step, and what was said about it so far."""

    def __init__(self, name: str, artifact: str, folder: str, materializer: Any, annotation: Any = Any) -> None:
        self.name = name
        self.artifact = artifact
        self.folder = folder
        self.materializer = materializer
        self.annotation = annotation
        self.metadata: Dict[str, Any] = {}
        self.tags: List[str] = []

    def writable_folder(self) -> str:
        """Where the output's files go, for who writes there before the step has returned."""
        os.makedirs(self.folder, exist_ok=True)
        return self.folder


class StepContext:
    """The context of the step that is running; :func:`get_step_context` gives it.

    Args:
        params: The engine's request to execute the step.
        outputs: The declared outputs.
        model: The ``Model`` that is configured for the step, or for its pipeline.
        state: What the pipeline's ``on_init`` hook returned.
    """

    def __init__(
        self, params: Mapping[str, Any], outputs: List[StepOutput], model: Optional["Model"], state: Any = None
    ) -> None:
        self.step_run_id = str(params["stepRunId"])
        self.run_id = str(params["runId"])
        self.step_name = str(params["invocation"])
        self.pipeline_state = state
        self.step_metadata: Dict[str, Any] = {}
        self._facts: Mapping[str, Any] = params.get("context") or {}
        self._run_name = str((self._facts.get("run") or {}).get("name", self.run_id))
        self._outputs = {output.name: output for output in outputs}
        self._model = model
        self._responses: Dict[str, Any] = {}

    @property
    def pipeline_run(self) -> "PipelineRunResponse":
        """The run."""
        from headrace.responses.runs import PipelineRunResponse

        found: "PipelineRunResponse" = self._response("run", PipelineRunResponse, self.run_id)
        return found

    @property
    def step_run(self) -> "StepRunResponse":
        """This run of the step."""
        from headrace.responses.steps import StepRunResponse

        found: "StepRunResponse" = self._response("step_run", StepRunResponse, self.step_run_id)
        return found

    @property
    def pipeline(self) -> "PipelineResponse":
        """The pipeline."""
        return self.pipeline_run.pipeline

    @property
    def model(self) -> "Model":
        """The model of the step, else of its pipeline.

        Raises:
            StepContextError: Neither has one.
        """
        if self._model is None:
            raise StepContextError(
                f"Unable to get Model in step `{self.step_name}` of pipeline run '{self._run_name}': "
                "No model has been specified the step or pipeline."
            )
        return self._model

    @property
    def model_version(self) -> Optional["ModelVersionResponse"]:
        """The model version that this step's outputs are linked to; None without a model."""
        from headrace.responses.models import ModelVersionResponse

        version = self._facts.get("modelVersion")
        if not version:
            return None
        found: "ModelVersionResponse" = self._response("model_version", ModelVersionResponse, version["id"])
        return found

    @property
    def inputs(self) -> Mapping[str, List["StepRunInputResponse"]]:
        """The artifacts that the step was given, by input."""
        return self.step_run.inputs

    def get_output_artifact_uri(self, output_name: Optional[str] = None) -> str:
        """The folder that the output's files will be written to.

        Raises:
            StepContextError: The step has no such output, or several and none is named.
        """
        return self._output(output_name).writable_folder()

    def get_output_materializer(
        self,
        output_name: Optional[str] = None,
        custom_materializer_class: Optional[Any] = None,
        data_type: Optional[type] = None,
    ) -> Any:
        """A materializer for the output's folder.

        Args:
            output_name: Which output; may be left out when there is one.
            custom_materializer_class: A class to take instead.
            data_type: The type that is to be written; the annotated one when None.

        Raises:
            StepContextError: The step has no such output, several and none is named, or no materializer is certain.
        """
        from headrace.materializers.payload import choose_materializer

        output = self._output(output_name)
        if custom_materializer_class is not None:
            return custom_materializer_class(output.writable_folder())
        annotated = _annotations.checkable(output.annotation)
        written = data_type or (annotated[0] if len(annotated) == 1 else None)
        if written is None and output.materializer is None:
            raise StepContextError(
                f"Which materializer writes the output '{output.name}' depends on its value: pass `data_type`."
            )
        return choose_materializer(written or object, output.materializer)(output.writable_folder())

    def get_output_metadata(self, output_name: Optional[str] = None) -> Dict[str, Any]:
        """Metadata that were added to the output so far."""
        return self._output(output_name).metadata

    def add_output_metadata(self, metadata: Dict[str, Any], output_name: Optional[str] = None) -> None:
        """Add metadata to an output; stored with it when the step ends.

        Raises:
            StepContextError: The step has no such output, or several and none is named.
        """
        self._output(output_name).metadata.update(metadata)

    def get_output_tags(self, output_name: Optional[str] = None) -> List[str]:
        """Tags that were added to the output so far."""
        return list(self._output(output_name).tags)

    def add_output_tags(self, tags: List[str], output_name: Optional[str] = None) -> None:
        """Add tags to an output."""
        output = self._output(output_name)
        output.tags = list(dict.fromkeys([*output.tags, *(_tag_name(tag) for tag in tags)]))

    def remove_output_tags(self, tags: List[str], output_name: Optional[str] = None) -> None:
        """Take back tags that were added to an output."""
        output = self._output(output_name)
        unwanted = {_tag_name(tag) for tag in tags}
        output.tags = [tag for tag in output.tags if tag not in unwanted]

    def output_of_artifact(self, name: str) -> Optional[str]:
        """The output that becomes the artifact with this name; None when none does."""
        return next((output.name for output in self._outputs.values() if name in (output.name, output.artifact)), None)

    def _output(self, name: Optional[str]) -> StepOutput:
        if not self._outputs:
            raise StepContextError(
                f"Unable to get an output of step '{self.step_name}': it does not have any outputs."
            )
        if name is None:
            if len(self._outputs) > 1:
                raise StepContextError(
                    f"Unable to get an output of step '{self.step_name}' without a name, because it has several: "
                    f"{', '.join(self._outputs)}."
                )
            return next(iter(self._outputs.values()))
        if name not in self._outputs:
            raise StepContextError(
                f"Unable to find the output '{name}' of step '{self.step_name}': it has {', '.join(self._outputs)}."
            )
        return self._outputs[name]

    def _response(self, kind: str, make: Any, id: str) -> Any:
        """A response, asked for once."""
        if kind not in self._responses:
            from headrace.responses.base import fetch

            self._responses[kind] = make(fetch(kind, id))
        return self._responses[kind]


def get_step_context() -> StepContext:
    """The context of the step that is running.

    Raises:
        RuntimeError: No step is running in this process.
    """
    context = _active.step()
    if context is None:
        raise RuntimeError("The step context is only available inside a step function.")
    return context


def _tag_name(tag: "str | Tag") -> str:
    return tag if isinstance(tag, str) else str(tag.name)
