"""Annotations as objects: also where they are written as strings (``from __future__ import annotations``)."""

from __future__ import annotations

import builtins
import inspect
import sys
import typing
from typing import Any, Callable, Dict, Mapping, Optional, Tuple, Union

NONE_TYPE = type(None)


class Unknown:
    """Stands for a name in an annotation that can't be found, such as one imported only for type checkers.

    Anything may be done with it that annotations do, and the result is unknown again; it checks like ``Any``. Only
    turning it into text fails, because that would put it into a name.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> "Unknown":
        if name.startswith("__"):
            raise AttributeError(name)
        return Unknown(f"{self._name}.{name}")

    def __getitem__(self, _item: object) -> "Unknown":
        return self

    def __call__(self, *_args: object, **_kwargs: object) -> "Unknown":
        return self

    def __or__(self, other: Any) -> Any:
        return Union[self, other]

    def __ror__(self, other: Any) -> Any:
        return Union[other, self]

    def __format__(self, _spec: str) -> str:
        raise NameError(
            f"name {self._name!r} in an annotation that is written as a string is not known where the step is defined"
        )

    def __repr__(self) -> str:
        return self._name

    def __hash__(self) -> int:
        return hash(self._name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unknown) and other._name == self._name


class _Names(Dict[str, Any]):
    """Names of an annotation: those around the function, then its module's, then built-ins, then unknown ones."""

    def __init__(self, around: Mapping[str, Any], module: Mapping[str, Any]) -> None:
        super().__init__(around)
        self._module = module

    def __missing__(self, name: str) -> Any:
        if name in self._module:
            return self._module[name]
        if hasattr(builtins, name):
            return getattr(builtins, name)
        return Unknown(name)


def signature_of(func: Callable[..., Any]) -> inspect.Signature:
    """The signature; names that annotations can't resolve are no reason to fail (Python 3.14 evaluates them late)."""
    if sys.version_info >= (3, 14):
        import annotationlib

        return inspect.signature(func, annotation_format=annotationlib.Format.FORWARDREF)
    return inspect.signature(func)


def resolve(annotation: Any, func: Callable[..., Any], around: Optional[Mapping[str, Any]] = None) -> Any:
    """An annotation as an object.

    Args:
        annotation: As the signature has it: an object, a string or a forward reference.
        func: The function that it belongs to, for its module and closure.
        around: Local names where the function was defined; annotations as strings may use them.

    Raises:
        Exception: What evaluating the annotation raises, other than unknown names.
    """
    forward = getattr(annotation, "__forward_arg__", None)
    text = annotation if isinstance(annotation, str) else forward
    if isinstance(text, str):
        names = _Names({**(around or {}), **_closure(func)}, getattr(func, "__globals__", {}))
        return resolve(eval(text, {"__builtins__": builtins}, names), func, around)
    if annotation is None:
        return NONE_TYPE
    return annotation


def _closure(func: Callable[..., Any]) -> Dict[str, Any]:
    code = getattr(func, "__code__", None)
    names: Dict[str, Any] = {}
    for name, cell in zip(getattr(code, "co_freevars", ()), getattr(func, "__closure__", None) or ()):
        try:
            names[name] = cell.cell_contents
        except ValueError:
            continue
    return names


def is_annotated(annotation: Any) -> bool:
    """Whether it is ``Annotated[…]`` (of ``typing`` or ``typing_extensions``: the same object on our Pythons)."""
    return hasattr(annotation, "__metadata__") and hasattr(annotation, "__origin__")


def without_extras(annotation: Any) -> Any:
    """``Annotated[T, …]`` → ``T``."""
    return annotation.__origin__ if is_annotated(annotation) else annotation


def is_union(annotation: Any) -> bool:
    """Whether it is ``Union[…]``, ``Optional[…]`` or ``a | b``."""
    origin = typing.get_origin(annotation)
    return origin is Union or type(annotation).__name__ == "UnionType"


def is_literal(annotation: Any) -> bool:
    """Whether it is ``Literal[…]``: on old Pythons, that of ``typing_extensions`` is another one than that of ``typing``."""
    origin = typing.get_origin(annotation)
    return origin is typing.Literal or getattr(origin, "_name", None) == "Literal"


def checkable(annotation: Any) -> Tuple[type, ...]:
    """The classes that ``isinstance`` can check for an annotation; empty when anything goes (§1.2)."""
    annotation = without_extras(annotation)
    if annotation is Any or annotation is inspect.Parameter.empty or isinstance(annotation, (Unknown, str)):
        return ()
    if annotation is None:
        return (NONE_TYPE,)
    if is_union(annotation):
        members = [checkable(member) for member in typing.get_args(annotation)]
        return () if not all(members) else tuple(kind for group in members for kind in group)
    if isinstance(annotation, typing.TypeVar):
        return checkable(annotation.__bound__) if annotation.__bound__ is not None else ()
    if is_literal(annotation):
        return tuple({type(value) for value in typing.get_args(annotation)})
    supertype = getattr(annotation, "__supertype__", None)
    if supertype is not None:
        return checkable(supertype)
    origin = typing.get_origin(annotation) or annotation
    return (origin,) if isinstance(origin, type) and _is_checkable_class(origin) else ()


def _is_checkable_class(kind: type) -> bool:
    if getattr(kind, "_is_protocol", False):
        return False
    if typing.is_typeddict(kind) if hasattr(typing, "is_typeddict") else hasattr(kind, "__total__"):
        return False
    try:
        isinstance(None, kind)
    except TypeError:
        return False
    return True


def show(annotation: Any) -> Optional[str]:
    """An annotation as a reader would write it: ``DataFrame``, ``Tuple[int, str]``; None for none."""
    annotation = without_extras(annotation)
    if annotation is inspect.Parameter.empty:
        return None
    if annotation is NONE_TYPE or annotation is None:
        return "None"
    if isinstance(annotation, type) and not typing.get_args(annotation):
        return annotation.__qualname__.rpartition("<locals>.")[2]
    if is_union(annotation):
        return " | ".join(show(member) or "Any" for member in typing.get_args(annotation))
    arguments = typing.get_args(annotation)
    if arguments:
        name = getattr(annotation, "_name", None) or getattr(typing.get_origin(annotation), "__name__", "")
        return f"{name}[{', '.join(_show_argument(item) for item in arguments)}]"
    return str(annotation).replace("typing.", "")


def _show_argument(item: Any) -> str:
    if item is ...:
        return "…"
    # Members of `Literal`.
    return repr(item) if isinstance(item, (str, int)) else show(item) or "Any"


def call_with(func: Callable[..., Any], values: Mapping[str, Any]) -> Any:
    """Call a function with values by parameter name, positional-only parameters included."""
    positional, by_name = [], {}
    for name, parameter in signature_of(func).parameters.items():
        if name not in values:
            continue
        if parameter.kind is inspect.Parameter.POSITIONAL_ONLY:
            positional.append(values[name])
        elif parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            positional.extend(values[name])
        elif parameter.kind is inspect.Parameter.VAR_KEYWORD:
            by_name.update(values[name])
        else:
            by_name[name] = values[name]
    return func(*positional, **by_name)
