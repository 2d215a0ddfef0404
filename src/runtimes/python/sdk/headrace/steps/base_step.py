"""Steps: what the ``step`` decorator makes of a function, and the base of class-based steps (§1.10, §2.1)."""

from __future__ import annotations

import copy
import os
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Mapping, Optional, Sequence, Type, TypeVar, Union

from headrace import _active, _code
from headrace.exceptions import UnsupportedFeatureError
from headrace.steps.configuration import Hook, StepConfiguration
from headrace.steps.entrypoint import Entrypoint

if TYPE_CHECKING:
    from headrace._trace import StepArtifact
    from headrace.config.cache_policy import CachePolicy
    from headrace.config.retry_config import StepRetryConfig
    from headrace.model import Model

__all__ = ["BaseStep", "After", "Materializers"]

After = Union[str, "StepArtifact", Sequence[Union[str, "StepArtifact"]]]
Materializers = Union[str, Type[Any], Sequence[Any], Mapping[str, Any]]
Self = TypeVar("Self", bound="BaseStep")

_SINGLE_STEPS_PLAIN = "ZENML_RUN_SINGLE_STEPS_WITHOUT_STACK"


class BaseStep:
    """A step. Class-based steps derive from it and define ``entrypoint(self, …)``.

    Args:
        name: Name of the step; the class's name when not given.
        parameters: Values of inputs that calls need not give.

    The other arguments are those of :func:`headrace.step`.
    """

    #: Local names around the definition, for annotations that are written as strings.
    _around: Optional[Mapping[str, Any]] = None
    _entrypoint: Optional[Entrypoint] = None
    #: Language, file and name of a step that is written in another language.
    foreign: Optional[Dict[str, str]] = None
    __name__: str
    #: The function itself; calling it checks and records nothing.
    entrypoint: Callable[..., Any]

    def __init__(
        self,
        name: Optional[str] = None,
        enable_cache: Optional[bool] = None,
        enable_artifact_metadata: Optional[bool] = None,
        enable_artifact_visualization: Optional[bool] = None,
        enable_step_logs: Optional[bool] = None,
        experiment_tracker: Optional[Union[bool, str]] = None,
        step_operator: Optional[Union[bool, str]] = None,
        parameters: Optional[Dict[str, Any]] = None,
        output_materializers: Optional[Materializers] = None,
        environment: Optional[Dict[str, Any]] = None,
        secrets: Optional[List[Any]] = None,
        settings: Optional[Mapping[str, Any]] = None,
        extra: Optional[Dict[str, Any]] = None,
        on_failure: Optional[Hook] = None,
        on_success: Optional[Hook] = None,
        model: Optional["Model"] = None,
        retry: Optional["StepRetryConfig"] = None,
        substitutions: Optional[Dict[str, str]] = None,
        cache_policy: Optional[Union["CachePolicy", str]] = None,
        runtime: Optional[Any] = None,
        heartbeat_healthy_threshold: Optional[int] = None,
    ) -> None:
        self._configuration = StepConfiguration(name or type(self).__name__)
        self.configure(
            enable_cache=enable_cache,
            enable_artifact_metadata=enable_artifact_metadata,
            enable_artifact_visualization=enable_artifact_visualization,
            enable_step_logs=enable_step_logs,
            experiment_tracker=experiment_tracker,
            step_operator=step_operator,
            parameters=parameters,
            output_materializers=output_materializers,
            environment=environment,
            secrets=secrets,
            settings=settings,
            extra=extra,
            on_failure=on_failure,
            on_success=on_success,
            model=model,
            retry=retry,
            substitutions=substitutions,
            cache_policy=cache_policy,
            runtime=runtime,
            heartbeat_healthy_threshold=heartbeat_healthy_threshold,
        )

    @property
    def name(self) -> str:
        """The step's name: the base of its invocations' ids."""
        return self._configuration.name

    @property
    def configuration(self) -> StepConfiguration:
        """What is configured for the step."""
        return self._configuration

    @property
    def enable_cache(self) -> Optional[bool]:
        """Whether results are reused; None when the pipeline decides."""
        return self._configuration.enable_cache

    @property
    def entrypoint_definition(self) -> Entrypoint:
        """Inputs and outputs of the step's function."""
        if self._entrypoint is None:
            self._entrypoint = Entrypoint(self.entrypoint, self.name, self._around)
        return self._entrypoint

    @property
    def source_object(self) -> Any:
        """The function or class that the step's code is."""
        return type(self)

    @property
    def source_code(self) -> Optional[str]:
        """The text of the step's function; None when it has none."""
        return _code.text_of(self.entrypoint)

    @property
    def docstring(self) -> Optional[str]:
        """The docstring of the step's function."""
        import inspect

        return inspect.getdoc(self.source_object)

    @property
    def caching_parameters(self) -> Dict[str, Any]:
        """The digests of the code that the step reaches, by name: what the cache compares."""
        from headrace._reach import reach

        return {f"{component['kind']} {component['name']}": component["digest"] for component in reach(self)}

    def __call__(
        self,
        *args: Any,
        id: Optional[str] = None,
        after: Optional[After] = None,
        **kwargs: Any,
    ) -> Any:
        """Call the step.

        In a pipeline's body the call is recorded as an invocation and answers what stands for its outputs; inside of a
        running step it is a plain function call; elsewhere it runs as a pipeline of its own and answers its results.

        Args:
            id: The invocation's id; the step's name with a counter when not given.
            after: Invocations to wait for, by id or by one of their outputs.

        Raises:
            StepInterfaceError: The arguments don't fit the step.
            RuntimeError: The id is taken, or a parameter has a wrong type.
        """
        trace = _active.trace()
        if _active.step() is not None:
            return self.call_entrypoint(*args, **kwargs)
        if trace is not None:
            return trace.call(self, args, kwargs, invocation_id=id, after=after)
        if os.environ.get(_SINGLE_STEPS_PLAIN, "").lower() in ("1", "true", "yes", "y", "on"):
            return self.call_entrypoint(*args, **kwargs)
        from headrace.steps.single import run_alone

        return run_alone(self, args, kwargs)

    def call_entrypoint(self, *args: Any, **kwargs: Any) -> Any:
        """Call the function itself, its arguments checked and converted as in a run; nothing is recorded.

        Raises:
            StepInterfaceError: The arguments don't fit.
        """
        definition = self.entrypoint_definition
        return definition.call(definition.validated(definition.bind(args, kwargs)))

    def configure(
        self: Self,
        enable_cache: Optional[bool] = None,
        enable_artifact_metadata: Optional[bool] = None,
        enable_artifact_visualization: Optional[bool] = None,
        enable_step_logs: Optional[bool] = None,
        experiment_tracker: Optional[Union[bool, str]] = None,
        step_operator: Optional[Union[bool, str]] = None,
        parameters: Optional[Dict[str, Any]] = None,
        output_materializers: Optional[Materializers] = None,
        environment: Optional[Dict[str, Any]] = None,
        secrets: Optional[List[Any]] = None,
        settings: Optional[Mapping[str, Any]] = None,
        extra: Optional[Dict[str, Any]] = None,
        on_failure: Optional[Hook] = None,
        on_success: Optional[Hook] = None,
        model: Optional["Model"] = None,
        retry: Optional["StepRetryConfig"] = None,
        substitutions: Optional[Dict[str, str]] = None,
        cache_policy: Optional[Union["CachePolicy", str]] = None,
        runtime: Optional[Any] = None,
        heartbeat_healthy_threshold: Optional[int] = None,
        merge: bool = True,
    ) -> Self:
        """Change this step's options, for every pipeline that uses it (§1.10). Answers the step.

        Args:
            parameters: Values of inputs that a call does not give.
            merge: Whether mappings (settings, extra, parameters …) keep the keys that aren't given.

        Raises:
            StepInterfaceError: A parameter or an output that the step doesn't have is named.
            HookValidationException: A hook can't be called as hooks are.
        """
        from headrace.steps.options import checked_options

        options = checked_options(
            self,
            enable_cache=enable_cache,
            enable_artifact_metadata=enable_artifact_metadata,
            enable_artifact_visualization=enable_artifact_visualization,
            enable_step_logs=enable_step_logs,
            experiment_tracker=experiment_tracker,
            step_operator=step_operator,
            parameters=parameters,
            output_materializers=output_materializers,
            environment=environment,
            secrets=secrets,
            settings=settings,
            extra=extra,
            on_failure=on_failure,
            on_success=on_success,
            model=model,
            retry=retry,
            substitutions=substitutions,
            cache_policy=cache_policy,
            runtime=runtime,
            heartbeat_healthy_threshold=heartbeat_healthy_threshold,
        )
        self._configuration = self._configuration.with_options(options, merge)
        return self

    def with_options(self: Self, merge: bool = True, **options: Any) -> Self:
        """A copy of the step with other options, those of :meth:`configure`; the step itself stays as it is (§1.10)."""
        changed = self.copy()
        changed.configure(merge=merge, **options)
        return changed

    def copy(self: Self) -> Self:
        """A copy that can be configured by itself."""
        duplicate = copy.copy(self)
        duplicate._configuration = self._configuration.with_options({}, merge=True)
        return duplicate

    def submit(self, *_args: Any, **_options: Any) -> Any:
        """Not available: a call in a pipeline's body is what runs a step, beside others that it doesn't depend on."""
        raise self._dynamic("submit")

    def map(self, *_args: Any, **_options: Any) -> Any:
        """Not available: call the step in a loop over plain values."""
        raise self._dynamic("map")

    def product(self, *_args: Any, **_options: Any) -> Any:
        """Not available: call the step in nested loops over plain values."""
        raise self._dynamic("product")

    def _dynamic(self, feature: str) -> UnsupportedFeatureError:
        return UnsupportedFeatureError(
            f"`{feature}` of step `{self.name}` belongs to dynamic pipelines, which Headrace doesn't have. Call the step itself, "
            "in a loop over plain values where it is to run several times; what depends on the content of artifacts belongs "
            "into a step."
        )

    def __repr__(self) -> str:
        return f"<step {self.name!r}>"
