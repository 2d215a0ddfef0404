"""Tracing: the pipeline's function is called once, and every step call in it becomes an invocation (§1.8, §1.9)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Mapping, NoReturn, Optional, Sequence, Set

from headrace import _active, _frames, _json, _validate
from headrace._assignments import assigned_names
from headrace.exceptions import StepInterfaceError

if TYPE_CHECKING:
    from headrace._code import Location
    from headrace._outputs import Output
    from headrace.pipelines.configuration import PipelineConfiguration
    from headrace.pipelines.pipeline_definition import Pipeline
    from headrace.steps.base_step import After, BaseStep
    from headrace.steps.configuration import StepConfiguration

__all__ = ["Invocation", "StepArtifact", "Trace"]


class StepArtifact:
    """Stands for an output of a step in a pipeline's body: it can be given to other steps, and has no value yet.

    Attributes:
        invocation_id: The invocation that will make it.
        output_name: Which of its outputs.
        annotation: The annotated type.
    """

    def __init__(self, trace: "Trace", invocation_id: str, output: "Output", alone: bool) -> None:
        self.invocation_id = invocation_id
        self.output_name = output.name
        self.annotation = output.annotation
        self._trace = trace
        self._alone = alone

    @property
    def pipeline(self) -> "Pipeline":
        """The pipeline in whose body it was made."""
        return self._trace.pipeline

    def __iter__(self) -> Iterator[Any]:
        self._refuse("unpacked or iterated over")

    def __getitem__(self, _key: object) -> Any:
        self._refuse("indexed")

    def __len__(self) -> int:
        self._refuse("counted")

    def __getattr__(self, name: str) -> Any:
        # Protocols (copying, pickling, notebooks) ask for underscored names.
        if name.startswith("_"):
            raise AttributeError(name)
        raise AttributeError(
            f"The output {self.output_name!r} of step {self.invocation_id!r} has no `{name}` in the pipeline's function, where "
            f"no step has run yet. Use it in a step that takes `{self.output_name}` as an input."
        )

    # `if step():` has always been true; without this, `__len__` would answer for it.
    def __bool__(self) -> bool:
        return True

    def _refuse(self, what: str) -> NoReturn:
        invocation = self._trace.invocations.get(self.invocation_id)
        if self._alone and invocation is not None and invocation.step.foreign is not None:
            hint = f"If step `{self.invocation_id}` has several outputs, name them: `ts_step(..., outputs=[...])`."
        elif self._alone:
            hint = (
                f"Step `{self.invocation_id}` has one output. If it is to have several, annotate its return value as a "
                "tuple, such as `-> Tuple[int, str]`, and end it with a tuple: `return a, b`."
            )
        else:
            hint = f"Do that in a step that takes `{self.output_name}` as an input."
        raise StepInterfaceError(
            f"The output of a step can't be {what} in the pipeline's function, where no step has run yet. {hint}"
        )

    def __repr__(self) -> str:
        return f"<output {self.output_name!r} of step {self.invocation_id!r}>"


@dataclass
class Invocation:
    """One call of a step in a pipeline's body."""

    id: str
    step: "BaseStep"
    #: The step's options when it was called: `configure` replaces them for later calls.
    configuration: "StepConfiguration"
    #: What the call gave, by input: parameters are converted to their annotated types, the rest is as it was given.
    given: Dict[str, Any]
    after: List[str]
    call: Optional["Location"]
    #: The variables that the outputs are assigned to, in the outputs' order.
    assigned: Sequence[Optional[str]] = field(default_factory=list)


class Trace:
    """The invocations of a pipeline while its function is called."""

    def __init__(self, pipeline: "Pipeline", configuration: "PipelineConfiguration") -> None:
        self.pipeline = pipeline
        #: The pipeline's configuration with that of a YAML file laid over it: what the pipeline context shows.
        self.configuration = configuration
        self.invocations: Dict[str, Invocation] = {}
        self._ids: Set[str] = set()
        self._next: Dict[str, int] = {}
        self._before: Optional[Trace] = None

    def __enter__(self) -> "Trace":
        self._before = _active.set_trace(self)
        return self

    def __exit__(self, *_exception: object) -> None:
        _active.set_trace(self._before)

    def call(
        self,
        step: "BaseStep",
        args: "tuple[Any, ...]",
        kwargs: Mapping[str, Any],
        invocation_id: Optional[str] = None,
        after: Optional["After"] = None,
    ) -> Any:
        """Record a call.

        Returns:
            What stands for the step's outputs: one artifact, a list of several, or an empty list.

        Raises:
            StepInterfaceError: The arguments don't fit the step's function.
            RuntimeError: The id is taken, an input has the wrong type, or an artifact comes from another pipeline.
        """
        definition = step.entrypoint_definition
        given = {name: self._input(step, name, value) for name, value in definition.bind(args, kwargs).items()}
        frame = _frames.caller()
        invocation = Invocation(
            id=self._id_for(step.name, invocation_id),
            step=step,
            configuration=step.configuration,
            given=given,
            after=self._ids_of(after),
            call=_frames.location(frame),
            assigned=assigned_names(frame, step, len(definition.outputs)),
        )
        self.invocations[invocation.id] = invocation
        alone = len(definition.outputs) == 1
        artifacts = [StepArtifact(self, invocation.id, output, alone) for output in definition.outputs]
        return artifacts[0] if alone else artifacts

    def _id_for(self, name: str, wanted: Optional[str]) -> str:
        if wanted is not None:
            if wanted in self._ids:
                raise RuntimeError(
                    f"Duplicate step ID `{wanted}`: another call in the pipeline `{self.pipeline.name}` has it already."
                )
            self._ids.add(wanted)
            return wanted
        # Counted from where the last one left off: a thousand calls of one step are not a million look-ups.
        number = self._next.get(name, 1)
        while (candidate := name if number == 1 else f"{name}_{number}") in self._ids:
            number += 1
        self._next[name] = number + 1
        self._ids.add(candidate)
        return candidate

    def _ids_of(self, after: Optional["After"]) -> List[str]:
        if after is None:
            return []
        several = after if isinstance(after, (list, tuple, set, frozenset)) else [after]
        ids: List[str] = []
        for item in several:
            if isinstance(item, (list, tuple)):
                ids.extend(self._ids_of(item))
            elif isinstance(item, StepArtifact):
                self._check_own(item)
                ids.append(item.invocation_id)
            elif isinstance(item, str):
                ids.append(item)
            else:
                raise RuntimeError(
                    f"`after` takes the ids or outputs of other steps, not a value of type `{type(item).__name__}`."
                )
        return list(dict.fromkeys(ids))

    def _check_own(self, artifact: StepArtifact) -> None:
        if artifact._trace is not self:
            raise RuntimeError(
                f"The artifact `{artifact.output_name}` of step `{artifact.invocation_id}` was produced by a step inside "
                f"a different pipeline (`{artifact.pipeline.name}`) and can't be used in `{self.pipeline.name}`. "
                "Load it with `Client().get_artifact_version(...)` instead."
            )

    def _input(self, step: "BaseStep", name: str, value: Any) -> Any:
        if is_artifact(value):
            for artifact in value if isinstance(value, list) else [value]:
                if isinstance(artifact, StepArtifact):
                    self._check_own(artifact)
            return value
        return checked_parameter(step, name, value)


def is_artifact(value: Any) -> bool:
    """Whether a value stands for an artifact (or something that is looked up late) and isn't a parameter."""
    if isinstance(value, list):
        return bool(value) and all(not isinstance(item, list) and is_artifact(item) for item in value)
    return isinstance(value, StepArtifact) or input_kind(value) is not None


def input_kind(value: Any) -> Optional[str]:
    """``lazy``, ``external`` or ``response`` for what can be an input besides outputs of steps; None for parameters."""
    kind = type(value)
    if callable(getattr(kind, "lazy_spec", None)):
        return "lazy"
    if kind.__module__.startswith("headrace."):
        from headrace.artifacts.external_artifact import ExternalArtifact

        if isinstance(value, ExternalArtifact):
            return "external"
        from headrace.responses.artifacts import ArtifactVersionResponse

        if isinstance(value, ArtifactVersionResponse):
            return "response"
    return None


def checked_parameter(step: "BaseStep", name: str, value: Any) -> Any:
    """A parameter converted to its annotated type.

    Raises:
        StepInterfaceError: It has no JSON form.
        RuntimeError: It doesn't fit the annotation.
    """
    definition = step.entrypoint_definition
    if not _json.is_json(value):
        raise StepInterfaceError(
            f"Argument type `{type(value).__name__}` for the input '{name}' of step '{step.name}' is not JSON "
            "serializable. Values like this one must come from another step, or be passed as "
            "`ExternalArtifact(value=...)`."
        )
    if value is None and definition.default_of(name) is None:
        return None
    try:
        return _validate.coerce(value, definition.type_of(name))
    except _validate.Mismatch as error:
        raise RuntimeError(f"Input validation failed for input '{name}' of step '{step.name}': {error}") from None
