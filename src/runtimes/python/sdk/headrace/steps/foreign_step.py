"""Steps that a file of another language holds: ``ts_step("steps/score.ts:score")``."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, Dict, List, NoReturn, Optional, Sequence, Union

from headrace import _active, _frames
from headrace._outputs import DEFAULT_OUTPUT, Output
from headrace.exceptions import StepInterfaceError
from headrace.steps.base_step import After, BaseStep
from headrace.steps.entrypoint import Entrypoint

if TYPE_CHECKING:
    from headrace.config.cache_policy import CachePolicy
    from headrace.config.retry_config import StepRetryConfig
    from headrace.model import Model

__all__ = ["ForeignStep", "ts_step"]


class ForeignEntrypoint(Entrypoint):
    """Inputs and outputs as one call says them: what the function really takes is known in its own language."""

    def __init__(self, step_name: str, outputs: List[Output], names: Sequence[str]) -> None:
        self.func = _elsewhere
        self.step_name = step_name
        self.signature = inspect.Signature(
            [inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY) for name in names]
        )
        self._around = None
        self._outputs = outputs
        self._types: Dict[str, Any] = {}


class ForeignStep(BaseStep):
    """A step of another language, to be called in a pipeline's function.

    Args:
        foreign: Language, file and name of the step.
        outputs: The names of its outputs; None for one that its own language names.
        options: What :func:`ts_step` takes.
    """

    def __init__(self, foreign: Dict[str, str], outputs: Optional[Sequence[str]], **options: Any) -> None:
        self.foreign = foreign
        self._file = foreign["file"]
        self.made = _frames.location(_frames.caller())
        self.entrypoint = _elsewhere
        self._declared = (
            [Output(DEFAULT_OUTPUT, Any, None, None)]
            if outputs is None
            else [Output(name, Any, name, None) for name in outputs]
        )
        name = options.pop("name", None) or foreign["name"]
        self.__name__ = name
        self._entrypoint = ForeignEntrypoint(name, self._declared, ())
        super().__init__(name=name, **options)

    def __call__(
        self, *args: Any, id: Optional[str] = None, after: Optional[After] = None, **kwargs: Any
    ) -> Any:
        """Call the step in a pipeline's function; its inputs are given by name.

        Raises:
            StepInterfaceError: Inputs are given by position, or no pipeline's function is being called.
        """
        trace = _active.trace()
        if trace is None or _active.step() is not None:
            raise StepInterfaceError(
                f"Step '{self.name}' is written in TypeScript ({self._file}): it runs in a pipeline only."
            )
        if args:
            raise StepInterfaceError(
                f"Step '{self.name}' is written in TypeScript: give its inputs by name, as in `{self.name}(rows=rows)`."
            )
        call = self.copy()
        call._entrypoint = ForeignEntrypoint(self.name, self._declared, list(kwargs))
        return trace.call(call, (), kwargs, invocation_id=id, after=after)


def _elsewhere(*_args: Any, **_kwargs: Any) -> NoReturn:
    raise StepInterfaceError("The step is written in another language; it runs in a pipeline only.")


def ts_step(
    reference: str,
    *,
    outputs: Optional[Sequence[str]] = None,
    name: Optional[str] = None,
    enable_cache: Optional[bool] = None,
    enable_artifact_metadata: Optional[bool] = None,
    enable_artifact_visualization: Optional[bool] = None,
    enable_step_logs: Optional[bool] = None,
    settings: Optional[Dict[str, Any]] = None,
    extra: Optional[Dict[str, Any]] = None,
    model: Optional["Model"] = None,
    retry: Optional["StepRetryConfig"] = None,
    substitutions: Optional[Dict[str, str]] = None,
    cache_policy: Optional[Union["CachePolicy", str]] = None,
) -> ForeignStep:
    """A step that a TypeScript or JavaScript file of the workspace exports.

    Call it in a pipeline's function, with its inputs by name. Options that aren't given are the step's own. It is cached by
    the TypeScript code that it reaches; its hooks are those that are declared there.

    Args:
        reference: ``steps/score.ts:score``: the file, beside this one or from the workspace's folder, and the name that
            the step is exported under.
        outputs: The names of its outputs, when it has several.
        name: The step's name in this pipeline.

    Raises:
        ValueError: The reference isn't of that form.
    """
    file, _, step = reference.rpartition(":")
    if not file or not step:
        raise ValueError(f'ts_step() wants "path/to/file.ts:step", not {reference!r}.')
    return ForeignStep(
        {"language": "node", "file": file, "name": step},
        outputs,
        name=name,
        enable_cache=enable_cache,
        enable_artifact_metadata=enable_artifact_metadata,
        enable_artifact_visualization=enable_artifact_visualization,
        enable_step_logs=enable_step_logs,
        settings=settings,
        extra=extra,
        model=model,
        retry=retry,
        substitutions=substitutions,
        cache_policy=cache_policy,
    )
