"""The ``pipeline`` decorator (§2.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Dict, List, Mapping, Optional, Union, overload

from headrace.exceptions import UnsupportedFeatureError
from headrace.pipelines.pipeline_definition import Pipeline

if TYPE_CHECKING:
    from headrace.config.cache_policy import CachePolicy
    from headrace.config.retry_config import StepRetryConfig
    from headrace.enums import ExecutionMode
    from headrace.model import Model
    from headrace.responses.runs import PipelineRunResponse
    from headrace.steps.configuration import Hook

__all__ = ["pipeline"]

if TYPE_CHECKING:
    from typing import Generic

    from typing_extensions import ParamSpec

    P = ParamSpec("P")

    class TypedPipeline(Pipeline, Generic[P]):
        """What type checkers see of a decorated pipeline: the function's own parameters."""

        def __call__(self, *args: P.args, **kwargs: P.kwargs) -> PipelineRunResponse: ...


@overload
def pipeline(_func: "Callable[P, Any]") -> "TypedPipeline[P]": ...
@overload
def pipeline(
    *,
    name: Optional[str] = None,
    dynamic: Optional[bool] = None,
    depends_on: Optional[List[Any]] = None,
    enable_cache: Optional[bool] = None,
    enable_artifact_metadata: Optional[bool] = None,
    enable_artifact_visualization: Optional[bool] = None,
    enable_step_logs: Optional[bool] = None,
    environment: Optional[Dict[str, Any]] = None,
    secrets: Optional[List[Any]] = None,
    enable_pipeline_logs: Optional[bool] = None,
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
    substitutions: Optional[Dict[str, str]] = None,
    execution_mode: Optional[Union["ExecutionMode", str]] = None,
    cache_policy: Optional[Union["CachePolicy", str]] = None,
) -> "Callable[[Callable[P, Any]], TypedPipeline[P]]": ...
def pipeline(
    _func: Optional[Callable[..., Any]] = None,
    *,
    name: Optional[str] = None,
    dynamic: Optional[bool] = None,
    depends_on: Optional[List[Any]] = None,
    enable_cache: Optional[bool] = None,
    enable_artifact_metadata: Optional[bool] = None,
    enable_artifact_visualization: Optional[bool] = None,
    enable_step_logs: Optional[bool] = None,
    environment: Optional[Dict[str, Any]] = None,
    secrets: Optional[List[Any]] = None,
    enable_pipeline_logs: Optional[bool] = None,
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
    substitutions: Optional[Dict[str, str]] = None,
    execution_mode: Optional[Union["ExecutionMode", str]] = None,
    cache_policy: Optional[Union["CachePolicy", str]] = None,
) -> Any:
    """Make a pipeline of a function: ``@pipeline`` or ``@pipeline(name="training", …)``.

    Args:
        name: The pipeline's name; the function's when not given.
        dynamic: Dynamic pipelines are not available.
        depends_on: Only for dynamic pipelines; accepted and ignored.
        enable_cache: Whether steps reuse results, where they don't say so themselves.
        enable_artifact_metadata: Whether metadata are taken from outputs.
        enable_artifact_visualization: Whether outputs get a preview.
        enable_step_logs: Whether what steps print is kept.
        environment: Environment variables while steps run.
        secrets: Accepted; has no meaning here.
        enable_pipeline_logs: Accepted; the output of steps is what is kept.
        settings: Docker, resource and other settings; kept, without effect here.
        tags: Tags of each run: names, or ``Tag``.
        extra: Anything; at hand in the pipeline context.
        on_failure: For each step that fails for good.
        on_success: For each step that succeeds.
        on_init: Called once before the first step; what it returns is ``get_step_context().pipeline_state``.
        on_init_kwargs: Its arguments.
        on_cleanup: Called once after the last step.
        model: The model whose version outputs are linked to.
        retry: How often a failed step is tried again.
        substitutions: Values of placeholders in names.
        execution_mode: What happens after a failure; by default the steps that don't depend on it go on.
        cache_policy: What cache keys are made of.

    Raises:
        UnsupportedFeatureError: ``dynamic`` is true.
        ValueError: The name is one that pipelines can't have.
        HookValidationException: A hook can't be called as hooks are.
    """
    options = {key: value for key, value in locals().items() if key not in ("_func", "name", "dynamic", "depends_on")}
    if dynamic:
        raise UnsupportedFeatureError(
            "Dynamic pipelines are not available in Headrace. Loops and conditions over plain values work in every "
            "pipeline; what depends on the content of artifacts belongs into a step."
        )

    def decorate(func: Callable[..., Any]) -> Pipeline:
        return Pipeline(name or str(getattr(func, "__name__", type(func).__name__)), func, **options)

    return decorate if _func is None else decorate(_func)
