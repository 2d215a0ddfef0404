"""The outputs that a step function declares: its return annotation read together with its ``return`` statements (§1.1)."""

from __future__ import annotations

import ast
import inspect
import os
import typing
from typing import TYPE_CHECKING, Any, Callable, Iterator, List, Mapping, NamedTuple, Optional

from headrace import _annotations, _code

if TYPE_CHECKING:
    from headrace.artifacts.artifact_config import ArtifactConfig

DEFAULT_OUTPUT = "output"
_ENFORCE = "ZENML_ENFORCE_TYPE_ANNOTATIONS"


class Output(NamedTuple):
    """One declared output: its key, the annotated type, and what ``Annotated`` says about the artifact."""

    name: str
    annotation: Any
    custom_name: Optional[str]
    config: Optional["ArtifactConfig"]


def declared_outputs(func: Callable[..., Any], around: Optional[Mapping[str, Any]] = None) -> List[Output]:
    """What a step function says it returns.

    Args:
        func: The step's own function.
        around: Local names where it was defined.

    Raises:
        RuntimeError: A name is given twice, a tuple has no fixed length, or an annotation is missing where the
            environment demands it.
        ValueError: ``Annotated`` holds something that is neither a name nor an ``ArtifactConfig``.
    """
    annotation = _annotations.signature_of(func).return_annotation
    if annotation is inspect.Signature.empty:
        return _outputs_without_annotation(func)
    annotation = _annotations.resolve(annotation, func, around)
    if annotation is _annotations.NONE_TYPE:
        return []
    outputs = _outputs_of(annotation, func, around)
    names = [output.name for output in outputs]
    for name in names:
        if names.count(name) > 1:
            raise RuntimeError(f"Duplicate output name {name!r} in the return annotation of `{func.__name__}`.")
    return outputs


def _outputs_without_annotation(func: Callable[..., Any]) -> List[Output]:
    if os.environ.get(_ENFORCE, "").lower() in ("1", "true", "yes"):
        raise RuntimeError(f"Missing return annotation of step function `{func.__name__}` ({_ENFORCE} is set).")
    if _returns_nothing(func):
        return []
    return [Output(DEFAULT_OUTPUT, Any, None, None)]


def _outputs_of(annotation: Any, func: Callable[..., Any], around: Optional[Mapping[str, Any]]) -> List[Output]:
    if typing.get_origin(annotation) is tuple and not _annotations.is_annotated(annotation):
        if returns_tuple(func):
            return _outputs_of_tuple(annotation, func, around)
    return [_output(annotation, DEFAULT_OUTPUT, func, around)]


def _outputs_of_tuple(annotation: Any, func: Callable[..., Any], around: Optional[Mapping[str, Any]]) -> List[Output]:
    members = typing.get_args(annotation)
    if Ellipsis in members:
        raise RuntimeError("Variable length output annotations are not allowed.")
    return [_output(member, f"{DEFAULT_OUTPUT}_{index}", func, around) for index, member in enumerate(members)]


def _output(
    annotation: Any, default_name: str, func: Callable[..., Any], around: Optional[Mapping[str, Any]]
) -> Output:
    annotation = _annotations.resolve(annotation, func, around)
    if not _annotations.is_annotated(annotation):
        return Output(default_name, annotation, None, None)
    name, config = _artifact_of(annotation, func)
    kind = _annotations.resolve(annotation.__origin__, func, around)
    return Output(name or default_name, kind, name, config)


def _artifact_of(annotation: Any, func: Callable[..., Any]) -> "tuple[Optional[str], Optional[ArtifactConfig]]":
    from headrace.artifacts.artifact_config import ArtifactConfig

    where = f"the return annotation of `{func.__name__}`"
    names = [extra for extra in annotation.__metadata__ if isinstance(extra, str)]
    configs = [extra for extra in annotation.__metadata__ if isinstance(extra, ArtifactConfig)]
    if len(names) + len(configs) != len(annotation.__metadata__):
        raise ValueError(
            f"Annotated in {where} may hold the artifact's name and an ArtifactConfig, nothing else: "
            f"{annotation.__metadata__!r}."
        )
    if len(names) > 1 or len(configs) > 1:
        raise ValueError(f"Annotated in {where} may hold one name and one ArtifactConfig.")
    config = configs[0] if configs else None
    if names and config is not None and config.name:
        raise ValueError(f"Annotated in {where} names the artifact twice: {names[0]!r} and {config.name!r}.")
    name = names[0] if names else config.name if config is not None else None
    if name == "":
        raise ValueError(f"The artifact's name in {where} is empty.")
    return name, config


def returns_tuple(func: Callable[..., Any]) -> bool:
    """Whether the function has a ``return a, b``: only then a tuple annotation means several outputs."""
    node = _code.node_of(func)
    if node is None:
        return _builds_tuple(func)
    return any(
        isinstance(statement.value, ast.Tuple) and len(statement.value.elts) > 1 for statement in _returns(node)
    )


def _returns_nothing(func: Callable[..., Any]) -> bool:
    node = _code.node_of(func)
    if node is None or isinstance(node, ast.Lambda):
        return False
    return all(
        statement.value is None or (isinstance(statement.value, ast.Constant) and statement.value.value is None)
        for statement in _returns(node)
    )


def _returns(node: ast.AST) -> Iterator[ast.Return]:
    """The ``return`` statements of a function, those of functions and classes inside of it left out."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Return):
            yield child
        elif not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            yield from _returns(child)


def _builds_tuple(func: Callable[..., Any]) -> bool:
    """The same asked of the byte code, for functions whose source can't be had."""
    import dis

    code = getattr(func, "__code__", None)
    before = None
    for instruction in dis.get_instructions(code) if code is not None else ():
        if instruction.opname == "RETURN_CONST" and isinstance(instruction.argval, tuple):
            return len(instruction.argval) > 1
        if instruction.opname == "RETURN_VALUE" and before is not None:
            if before.opname == "BUILD_TUPLE" and (before.arg or 0) > 1:
                return True
            if before.opname == "LOAD_CONST" and isinstance(before.argval, tuple) and len(before.argval) > 1:
                return True
        before = instruction
    return False
