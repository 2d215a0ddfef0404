"""The names that people know outputs by: the variables that a pipeline's function assigns them to."""

from __future__ import annotations

import ast
import types
from typing import Any, Dict, List, Optional, Sequence

from headrace import _code

_statements: Dict[str, Dict[int, ast.stmt]] = {}
_texts: Dict[str, Any] = {}


def assigned_names(frame: Optional[types.FrameType], step: object, outputs: int) -> Sequence[Optional[str]]:
    """The variables of ``a, b = step(...)``, one per output; None for each where the call isn't assigned like that."""
    unknown: List[Optional[str]] = [None] * outputs
    statement = _statement_at(frame)
    if frame is None or statement is None or not isinstance(getattr(statement, "value", None), ast.Call):
        return unknown
    if not _is_call_of(statement.value, step, frame):  # type: ignore[attr-defined]
        return unknown
    target = _target_of(statement)
    if outputs == 1 and isinstance(target, ast.Name):
        return [target.id]
    if isinstance(target, (ast.Tuple, ast.List)) and len(target.elts) == outputs > 1:
        return [item.id if isinstance(item, ast.Name) else None for item in target.elts]
    return unknown


def _target_of(statement: ast.stmt) -> Optional[ast.expr]:
    if isinstance(statement, ast.Assign):
        return statement.targets[-1]
    return statement.target if isinstance(statement, ast.AnnAssign) else None


def _is_call_of(call: ast.Call, step: object, frame: types.FrameType) -> bool:
    """In ``x = f(g())`` the call of ``g`` is on the same line, and isn't what is assigned."""
    found = _look_up(call.func, frame)
    if found is not None:
        return found is step
    inner = [*call.args, *(keyword.value for keyword in call.keywords)]
    return not any(isinstance(node, ast.Call) for value in inner for node in ast.walk(value))


def _look_up(node: ast.expr, frame: types.FrameType) -> object:
    if isinstance(node, ast.Name):
        return frame.f_locals.get(node.id, frame.f_globals.get(node.id))
    if isinstance(node, ast.Attribute):
        return getattr(_look_up(node.value, frame), node.attr, None)
    return None


def _statement_at(frame: Optional[types.FrameType]) -> Optional[ast.stmt]:
    if frame is None:
        return None
    path = frame.f_code.co_filename
    parsed = _code.parse_file(path, frame.f_globals)
    if parsed is None:
        return None
    if _texts.get(path) is not parsed:
        _texts[path] = parsed
        _statements[path] = {
            line: node
            for node in ast.walk(parsed.tree)
            if isinstance(node, (ast.Assign, ast.AnnAssign))
            for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
        }
    return _statements[path].get(frame.f_lineno)
