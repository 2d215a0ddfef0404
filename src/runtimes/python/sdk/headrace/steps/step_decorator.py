"""The ``step`` decorator (§2.1)."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Mapping, Optional, TypeVar, Union, overload

from headrace import _frames
from headrace.steps.base_step import After, BaseStep, Materializers
from headrace.steps.entrypoint import Entrypoint

if TYPE_CHECKING:
    from headrace.config.cache_policy import CachePolicy
    from headrace.config.retry_config import StepRetryConfig
    from headrace.model import Model
    from headrace.steps.configuration import Hook

__all__ = ["DecoratedStep", "Step", "step"]


class DecoratedStep(BaseStep):
    """A step made from a function.

    Args:
        func: The function.
        around: Local names where it was defined.
        options: What :func:`step` takes.
    """

    def __init__(self, func: Callable[..., Any], around: Optional[Mapping[str, Any]], **options: Any) -> None:
        functools.update_wrapper(self, func)
        self.entrypoint = func
        self._around = around
        name = options.pop("name", None) or getattr(func, "__name__", type(func).__name__)
        # What is wrong with inputs and outputs is an error where the step is defined, not where it is called.
        self._entrypoint = Entrypoint(func, name, around)
        super().__init__(name=name, **options)

    @property
    def source_object(self) -> Any:
        """The function."""
        return self.entrypoint


if TYPE_CHECKING:
    from typing import Generic

    from typing_extensions import ParamSpec

    P = ParamSpec("P")
    R = TypeVar("R")

    class Step(DecoratedStep, Generic[P, R]):
        """What type checkers see of a decorated step: the function's own signature, with ``after`` and ``id`` besides."""

        @overload  # type: ignore[override]
        def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R: ...
        @overload
        def __call__(self, *args: Any, after: After, id: Optional[str] = None, **kwargs: Any) -> R: ...
        @overload
        def __call__(self, *args: Any, id: str, after: Optional[After] = None, **kwargs: Any) -> R: ...
        def __call__(self, *args: Any, **kwargs: Any) -> Any: ...
        def entrypoint(self, *args: P.args, **kwargs: P.kwargs) -> R: ...
        def call_entrypoint(self, *args: P.args, **kwargs: P.kwargs) -> R: ...

else:
    Step = DecoratedStep


@overload
def step(_func: "Callable[P, R]") -> "Step[P, R]": ...
@overload
def step(
    *,
    name: Optional[str] = None,
    enable_cache: Optional[bool] = None,
    enable_artifact_metadata: Optional[bool] = None,
    enable_artifact_visualization: Optional[bool] = None,
    enable_step_logs: Optional[bool] = None,
    experiment_tracker: Optional[Union[bool, str]] = None,
    step_operator: Optional[Union[bool, str]] = None,
    output_materializers: Optional[Materializers] = None,
    environment: Optional[Dict[str, Any]] = None,
    secrets: Optional[List[Any]] = None,
    settings: Optional[Mapping[str, Any]] = None,
    extra: Optional[Dict[str, Any]] = None,
    on_failure: Optional["Hook"] = None,
    on_success: Optional["Hook"] = None,
    model: Optional["Model"] = None,
    retry: Optional["StepRetryConfig"] = None,
    substitutions: Optional[Dict[str, str]] = None,
    cache_policy: Optional[Union["CachePolicy", str]] = None,
    runtime: Optional[Any] = None,
    heartbeat_healthy_threshold: Optional[int] = None,
) -> "Callable[[Callable[P, R]], Step[P, R]]": ...
def step(
    _func: Optional[Callable[..., Any]] = None,
    *,
    name: Optional[str] = None,
    enable_cache: Optional[bool] = None,
    enable_artifact_metadata: Optional[bool] = None,
    enable_artifact_visualization: Optional[bool] = None,
    enable_step_logs: Optional[bool] = None,
    experiment_tracker: Optional[Union[bool, str]] = None,
    step_operator: Optional[Union[bool, str]] = None,
    output_materializers: Optional[Materializers] = None,
    environment: Optional[Dict[str, Any]] = None,
    secrets: Optional[List[Any]] = None,
    settings: Optional[Mapping[str, Any]] = None,
    extra: Optional[Dict[str, Any]] = None,
    on_failure: Optional["Hook"] = None,
    on_success: Optional["Hook"] = None,
    model: Optional["Model"] = None,
    retry: Optional["StepRetryConfig"] = None,
    substitutions: Optional[Dict[str, str]] = None,
    cache_policy: Optional[Union["CachePolicy", str]] = None,
    runtime: Optional[Any] = None,
    heartbeat_healthy_threshold: Optional[int] = None,
) -> Any:
    """Make a step of a function: ``@step`` or ``@step(enable_cache=False, …)``.

    Every option that isn't given is inherited from the pipeline or has its default.

    Args:
        name: The step's name; the function's when not given.
        enable_cache: Whether a result is reused when nothing that it depends on has changed.
        enable_artifact_metadata: Whether metadata are taken from outputs.
        enable_artifact_visualization: Whether outputs get a preview.
        enable_step_logs: Whether what the step prints is kept.
        experiment_tracker: Accepted; has no meaning here.
        step_operator: Accepted; has no meaning here.
        output_materializers: A materializer for all outputs, or one by output.
        environment: Environment variables while the step runs.
        secrets: Accepted; has no meaning here.
        settings: Docker, resource and other settings; kept, without effect here.
        extra: Anything; at hand in the run's configuration.
        on_failure: Called with the exception when the step fails for good.
        on_success: Called when the step's function has returned.
        model: The model whose version the step's outputs are linked to.
        retry: How often a failure is tried again.
        substitutions: Values of placeholders in names.
        cache_policy: What the cache key is made of.
        runtime: Accepted; has no meaning here.
        heartbeat_healthy_threshold: Accepted; has no meaning here.

    Raises:
        StepInterfaceError: The function can't be a step.
        RuntimeError: Its parameters or outputs have names that can't be.
        ValueError: Its return annotation says contradictory things.
    """
    options = {key: value for key, value in locals().items() if key != "_func"}

    def decorate(func: Callable[..., Any]) -> DecoratedStep:
        return DecoratedStep(func, _frames.local_names(func), **options)

    return decorate if _func is None else decorate(_func)
