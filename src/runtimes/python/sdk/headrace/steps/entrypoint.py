"""A step's function as the pipeline sees it: its inputs, their types, and its outputs."""

from __future__ import annotations

import inspect
from typing import Any, Callable, Dict, List, Mapping, Optional

from headrace import _annotations
from headrace._outputs import Output, declared_outputs
from headrace.exceptions import StepInterfaceError

__all__ = ["Entrypoint"]

_RESERVED = ("after", "id")


class Entrypoint:
    """Signature and declared outputs of a step function.

    Args:
        func: The function that is called; a bound method for class-based steps.
        step_name: For messages.
        around: Local names where the function was defined.

    Raises:
        RuntimeError: A parameter has a name that steps need for themselves.
        StepInterfaceError: The function takes ``*args`` or ``**kwargs``.
    """

    def __init__(self, func: Callable[..., Any], step_name: str, around: Optional[Mapping[str, Any]] = None) -> None:
        self.func = func
        self.step_name = step_name
        self._around = around
        self.signature = _annotations.signature_of(func)
        self._check_parameters()
        self._outputs: Optional[List[Output]] = None
        self._types: Dict[str, Any] = {}
        if not isinstance(self.signature.return_annotation, str):
            self._outputs = declared_outputs(func, around)

    @property
    def outputs(self) -> List[Output]:
        """The declared outputs. Annotations written as strings are read late: what they name may be defined later."""
        if self._outputs is None:
            self._outputs = declared_outputs(self.func, self._around)
        return self._outputs

    @property
    def inputs(self) -> List[str]:
        """The parameters' names in order."""
        return list(self.signature.parameters)

    def type_of(self, name: str) -> Any:
        """The annotated type of an input; ``Any`` when there is none."""
        if name not in self._types:
            annotation = self.signature.parameters[name].annotation
            if annotation is inspect.Parameter.empty:
                self._types[name] = Any
            else:
                self._types[name] = _annotations.resolve(annotation, self.func, self._around)
        return self._types[name]

    def default_of(self, name: str) -> Any:
        """The default value of an input; ``inspect.Parameter.empty`` when there is none."""
        return self.signature.parameters[name].default

    def bind(self, args: "tuple[Any, ...]", kwargs: Mapping[str, Any]) -> Dict[str, Any]:
        """What a call gives to which input.

        Raises:
            StepInterfaceError: Too many arguments, or unknown ones.
        """
        try:
            return dict(self.signature.bind_partial(*args, **kwargs).arguments)
        except TypeError as error:
            raise StepInterfaceError(f"Wrong arguments when calling step '{self.step_name}': {error}") from None

    def validated(self, values: Mapping[str, Any]) -> Dict[str, Any]:
        """Values converted to the annotated types, defaults filled in.

        Raises:
            StepInterfaceError: A value doesn't fit, or is missing.
        """
        checked: Dict[str, Any] = {}
        for name in self.inputs:
            if name in values:
                checked[name] = self.coerced(name, values[name])
            elif self.default_of(name) is inspect.Parameter.empty:
                raise StepInterfaceError(f"Missing entrypoint input '{name}' in step '{self.step_name}'.")
        return checked

    def coerced(self, name: str, value: Any) -> Any:
        """One value converted to its annotated type.

        Raises:
            StepInterfaceError: It doesn't fit.
        """
        default = self.default_of(name)
        if value is None and default is None:
            return None
        from headrace import _validate

        try:
            return _validate.coerce(value, self.type_of(name))
        except _validate.Mismatch as error:
            raise StepInterfaceError(
                f"Invalid input '{name}' of step '{self.step_name}': {error}"
            ) from None

    def call(self, values: Mapping[str, Any]) -> Any:
        """Call the function with values by input name."""
        return _annotations.call_with(self.func, values)

    def _check_parameters(self) -> None:
        for name, parameter in self.signature.parameters.items():
            if parameter.kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD):
                raise StepInterfaceError(
                    f"Variable arguments (`{parameter}`) are not allowed in the step function '{self.step_name}': "
                    f"give every input a name."
                )
            if name in _RESERVED:
                raise RuntimeError(
                    f"Reserved argument name '{name}' in the step function '{self.step_name}': "
                    f"`after` and `id` are arguments of every step call."
                )
