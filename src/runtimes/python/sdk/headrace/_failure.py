"""An exception of user code as a ``Failure`` (``src/core/entities.ts``): what happened, where, and what to do."""

from __future__ import annotations

import traceback
from typing import Any, Dict, Iterator, Optional, Set

from headrace import _code, _frames, _paths
from headrace._advice import advice_for

__all__ = ["failure_of", "message_of"]

_MOST_MESSAGE = 20_000
_MOST_TRACEBACK = 200_000


def failure_of(error: BaseException, fallback: Optional[Dict[str, Any]] = None) -> Dict[str, Any]:
    """Describe an exception.

    Args:
        error: The exception; its own ``str()`` may fail.
        fallback: The place to show when no frame of user code has to do with it (a step's definition).
    """
    failure: Dict[str, Any] = {
        "type": type(error).__name__,
        "message": _limited(message_of(error), _MOST_MESSAGE),
        "traceback": _limited(_formatted(error), _MOST_TRACEBACK),
    }
    location = _location(error) or fallback
    if location is not None:
        failure["location"] = location
        code = _code.line_of(location["file"], location["line"])
        if code:
            failure["code"] = code
    advice = advice_for(error)
    if advice:
        failure["advice"] = advice
    return failure


def message_of(error: BaseException) -> str:
    """The text of an exception, whatever its ``str()`` does."""
    if isinstance(error, KeyError) and len(error.args) == 1 and type(error) is KeyError:
        return _safe(lambda: repr(error.args[0]))
    if isinstance(error, SystemExit):
        return f"sys.exit({_safe(lambda: repr(error.code)) if error.code is not None else ''})"
    text = _safe(lambda: str(error))
    return text or type(error).__name__


def _safe(make: Any) -> str:
    try:
        text = make()
        return text if isinstance(text, str) else str(text)
    except Exception as problem:
        return f"<the message can't be shown: its str() raised {type(problem).__name__}>"


def _limited(text: str, most: int) -> str:
    """Both ends of a long text: the beginning says what it is, the end what happened last."""
    if len(text) <= most:
        return text
    half = most // 2
    return f"{text[:half]}\n… {len(text) - 2 * half} characters are left out …\n{text[-half:]}"


def _formatted(error: BaseException) -> str:
    """The traceback with the causes of the exception, and without frames of this SDK."""
    try:
        described = traceback.TracebackException.from_exception(error)
        _drop_ours(described, set())
        return "".join(described.format()).rstrip("\n")
    except Exception:
        return f"{type(error).__name__}: {message_of(error)}"


def _drop_ours(described: Any, seen: Set[int]) -> None:
    if described is None or id(described) in seen:
        return
    seen.add(id(described))
    described.stack[:] = [frame for frame in described.stack if not _frames.is_ours(frame.filename)]
    _drop_ours(described.__cause__, seen)
    _drop_ours(described.__context__, seen)
    for inner in getattr(described, "exceptions", None) or ():
        _drop_ours(inner, seen)


def _location(error: BaseException) -> Optional[Dict[str, Any]]:
    told = getattr(error, "__headrace_location__", None)
    if told is not None:
        return dict(told)
    if isinstance(error, SyntaxError) and error.filename and error.lineno and _paths.is_users(error.filename):
        location: Dict[str, Any] = {"file": _code.absolute(error.filename), "line": error.lineno}
        if error.offset and error.offset > 0:
            location["column"] = error.offset
        return location
    for cause in _chain(error):
        innermost = None
        for frame, line in traceback.walk_tb(cause.__traceback__):
            if _paths.is_users(frame.f_code.co_filename):
                innermost = {"file": _code.absolute(frame.f_code.co_filename), "line": line}
        if innermost is not None:
            return innermost
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception, then what it was raised from."""
    seen: Set[int] = set()
    current: Optional[BaseException] = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or (None if current.__suppress_context__ else current.__context__)
