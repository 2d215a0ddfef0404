"""Pipelines: what the ``pipeline`` decorator makes of a function (§2.2, §2.3)."""

from __future__ import annotations

import copy
import functools
import inspect
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Mapping, Optional, TypeVar, Union

from headrace import _active, _annotations, _code
from headrace.exceptions import UnsupportedFeatureError
from headrace.pipelines.configuration import PipelineConfiguration
from headrace.pipelines.run_options import RunOptions

if TYPE_CHECKING:
    from headrace._compile import Traced
    from headrace._trace import Invocation
    from headrace.config.cache_policy import CachePolicy
    from headrace.config.retry_config import StepRetryConfig
    from headrace.model import Model
    from headrace.responses.runs import PipelineResponse
    from headrace.steps.configuration import Hook

__all__ = ["Pipeline"]

_UNLISTED = "unlisted"
Self = TypeVar("Self", bound="Pipeline")


class Pipeline:
    """A pipeline. Calling it runs it.

    Args:
        name: The pipeline's name.
        entrypoint: The function whose calls of steps make the graph.
        options: What :func:`headrace.pipeline` takes.

    Raises:
        ValueError: The name is one that pipelines can't have.
        HookValidationException: A hook can't be called as hooks are.
    """

    __name__: str

    def __init__(self, name: str, entrypoint: Callable[..., Any], **options: Any) -> None:
        if not name or name == _UNLISTED:
            raise ValueError(f"A pipeline can't have the name {name!r}.")
        functools.update_wrapper(self, entrypoint)
        self.entrypoint = entrypoint
        self._configuration = PipelineConfiguration(name)
        self._run_options = RunOptions()
        #: What came of calling the function for the last time.
        self._traced: Optional["Traced"] = None
        self.configure(**options)

    @property
    def name(self) -> str:
        """The pipeline's name."""
        return self._configuration.name

    @property
    def configuration(self) -> PipelineConfiguration:
        """What is configured for the pipeline."""
        return self._configuration

    @property
    def enable_cache(self) -> Optional[bool]:
        """Whether steps reuse results, where they don't say so themselves."""
        return self._configuration.enable_cache

    @property
    def invocations(self) -> Dict[str, "Invocation"]:
        """The step calls of the last :meth:`prepare` or run."""
        return self._traced.trace.invocations if self._traced is not None else {}

    @property
    def is_prepared(self) -> bool:
        """Whether the function was traced."""
        return bool(self.invocations)

    @property
    def source_code(self) -> Optional[str]:
        """The text of the pipeline's function."""
        return _code.text_of(self.entrypoint)

    @property
    def source_object(self) -> Callable[..., Any]:
        """The pipeline's function."""
        return self.entrypoint

    @property
    def required_parameters(self) -> List[str]:
        """Parameters without a default value."""
        parameters = _annotations.signature_of(self.entrypoint).parameters.values()
        return [parameter.name for parameter in parameters if parameter.default is inspect.Parameter.empty]

    @property
    def missing_parameters(self) -> List[str]:
        """Required parameters that are not configured."""
        return [name for name in self.required_parameters if name not in self._configuration.parameters]

    @property
    def model(self) -> "PipelineResponse":
        """The pipeline as it is remembered. (The machine-learning model is ``configuration.model``.)

        Raises:
            KeyError: It never ran.
        """
        from headrace.client import Client

        return Client().get_pipeline(self.name)

    def configure(
        self: Self,
        enable_cache: Optional[bool] = None,
        enable_artifact_metadata: Optional[bool] = None,
        enable_artifact_visualization: Optional[bool] = None,
        enable_step_logs: Optional[bool] = None,
        enable_pipeline_logs: Optional[bool] = None,
        environment: Optional[Dict[str, Any]] = None,
        secrets: Optional[List[Any]] = None,
        settings: Optional[Mapping[str, Any]] = None,
        tags: Optional[List[Any]] = None,
        extra: Optional[Dict[str, Any]] = None,
        on_failure: Optional["Hook"] = None,
        on_success: Optional["Hook"] = None,
        on_init: Optional["Hook"] = None,
        on_init_kwargs: Optional[Dict[str, Any]] = None,
        on_cleanup: Optional["Hook"] = None,
        model: Optional["Model"] = None,
        retry: Optional["StepRetryConfig"] = None,
        parameters: Optional[Dict[str, Any]] = None,
        substitutions: Optional[Dict[str, str]] = None,
        execution_mode: Optional[Any] = None,
        cache_policy: Optional[Union["CachePolicy", str]] = None,
        merge: bool = True,
    ) -> Self:
        """Change this pipeline's options. Answers the pipeline.

        Args:
            parameters: Values of parameters that a call does not give.
            merge: Whether mappings and tags keep what isn't given.

        Raises:
            HookValidationException: A hook can't be called as hooks are.
            ValueError: The execution mode is none.
        """
        from headrace.enums import ExecutionMode
        from headrace.steps.options import common_options

        options = {key: value for key, value in locals().items() if key not in ("self", "merge")}
        options = {key: value for key, value in options.items() if key in PipelineConfiguration.__dataclass_fields__}
        if options["execution_mode"] is not None:
            options["execution_mode"] = ExecutionMode(options["execution_mode"])
        self._configuration = self._configuration.with_options(common_options(options), merge)
        return self

    def with_options(
        self: Self,
        run_name: Optional[str] = None,
        schedule: Optional[Any] = None,
        build: Optional[Any] = None,
        step_configurations: Optional[Mapping[str, Any]] = None,
        steps: Optional[Mapping[str, Any]] = None,
        config_path: Optional[str] = None,
        unlisted: bool = False,
        prevent_build_reuse: bool = False,
        **options: Any,
    ) -> Self:
        """A copy of the pipeline with other options; the pipeline itself stays as it is.

        Args:
            run_name: Name of its runs; may hold placeholders.
            schedule: Accepted, with a notice: Headrace has no scheduler.
            build: Accepted; there are no images to build here.
            step_configurations: Options by invocation id.
            steps: The same under its other name.
            config_path: A YAML file with configuration, relative to the working folder.
            unlisted: Accepted; has no meaning any more.
            prevent_build_reuse: Accepted; there are no images to build here.
            options: What :meth:`configure` takes.

        Raises:
            ValueError: ``steps`` and ``step_configurations`` configure the same step.
        """
        twice = set(step_configurations or ()) & set(steps or ())
        if twice:
            raise ValueError(f"`steps` and `step_configurations` both configure {', '.join(sorted(twice))}.")
        changed = copy.copy(self)
        changed._traced = None
        changed._run_options = replace(
            self._run_options,
            run_name=run_name or self._run_options.run_name,
            schedule=schedule or self._run_options.schedule,
            config_path=config_path or self._run_options.config_path,
            step_configurations={
                **self._run_options.step_configurations,
                **(step_configurations or {}),
                **(steps or {}),
            },
        )
        changed._configuration = self._configuration.with_options({}, merge=True)
        changed.configure(**options)
        return changed

    def copy(self: Self) -> Self:
        """A copy that can be configured by itself."""
        return self.with_options()

    def prepare(self, *args: Any, **kwargs: Any) -> None:
        """Trace the pipeline's function without running anything.

        Raises:
            ValueError: The arguments don't fit.
            Exception: What the function raises.
        """
        from headrace._compile import traced

        self._traced = traced(self, args, kwargs)

    def write_run_configuration_template(self, path: str, stack: Optional[Any] = None) -> None:
        """Write a YAML file with everything that can be configured, commented out.

        Args:
            path: The file; one that is there is replaced.
            stack: Ignored: there is one.

        Raises:
            RuntimeError: The pipeline has parameters without a value, and :meth:`prepare` was not called with them.
        """
        from headrace.pipelines.template import configuration_template

        if self._traced is None:
            if self.missing_parameters:
                raise RuntimeError(
                    f"Failed while trying to prepare pipeline {self.name}: it requires values for "
                    f"{', '.join(self.missing_parameters)}. Call `prepare(...)` with them and try again."
                )
            self.prepare()
        assert self._traced is not None
        with open(path, "w", encoding="utf-8") as file:
            file.write(configuration_template(self._traced))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run the pipeline; inside of another pipeline's body, its steps become part of that pipeline (§2.3).

        Returns:
            The finished run; None where a pipeline doesn't run (inside of a step). Inside of another pipeline's body,
            what the function returns.

        Raises:
            RuntimeError: A step failed; the original exception is its cause.
            ValueError: The pipeline has no steps, or its arguments don't fit.
        """
        if _active.trace() is not None and _active.step() is None:
            return self.entrypoint(*args, **kwargs)
        from headrace._run import run_pipeline

        return run_pipeline(self, args, kwargs)

    def _unsupported(self, feature: str) -> UnsupportedFeatureError:
        return UnsupportedFeatureError(
            f"`{feature}` of pipeline `{self.name}` needs a ZenML server, which Headrace doesn't have. "
            "Run the pipeline itself instead: from the editor, with `headrace run`, or by calling it."
        )

    def register(self) -> None:
        """Nothing has to be registered here: a pipeline is known once it ran."""

    def build(self, **_options: Any) -> None:
        """Nothing has to be built here: steps run in the interpreter of the workspace."""

    def deploy(self, *_args: Any, **_options: Any) -> Any:
        """Not available."""
        raise self._unsupported("deploy")

    def create_snapshot(self, *_args: Any, **_options: Any) -> Any:
        """Not available."""
        raise self._unsupported("create_snapshot")

    def create_run_template(self, *_args: Any, **_options: Any) -> Any:
        """Not available."""
        raise self._unsupported("create_run_template")

    def __repr__(self) -> str:
        return f"<pipeline {self.name!r}>"
