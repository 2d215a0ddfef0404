"""`run_metadata`: plain values that also answer to `.value`, as they had to before ZenML 0.70 (zenml-semantics §4.7, §10.1)."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping

__all__ = ["Metadata", "plain"]


class _Text(str):
    @property
    def value(self) -> str:
        """The plain value."""
        return str(self)

    def __reduce__(self) -> Any:
        return (str, (str(self),))


class _Whole(int):
    @property
    def value(self) -> int:
        """The plain value."""
        return int(self)

    def __reduce__(self) -> Any:
        return (int, (int(self),))


class _Number(float):
    @property
    def value(self) -> float:
        """The plain value."""
        return float(self)

    def __reduce__(self) -> Any:
        return (float, (float(self),))


class _Object(Dict[str, Any]):
    @property
    def value(self) -> Dict[str, Any]:
        """The plain value."""
        return dict(self)

    def __reduce__(self) -> Any:
        return (dict, (dict(self),))


class _Items(List[Any]):
    @property
    def value(self) -> List[Any]:
        """The plain value."""
        return list(self)

    def __reduce__(self) -> Any:
        return (list, (list(self),))


class Metadata(Dict[str, Any]):
    """Metadata by key. Values are what was logged; all but booleans and None answer to `.value`, too."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        super().__init__({key: _wrapped(value) for key, value in values.items()})

    def __reduce__(self) -> Any:
        return (dict, ({key: plain(value) for key, value in self.items()},))


def _wrapped(value: Any) -> Any:
    # Booleans and None have no subclasses: `is True` matters more than `.value`.
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, str):
        return _Text(value)
    if isinstance(value, int):
        return _Whole(value)
    if isinstance(value, float):
        return _Number(value)
    if isinstance(value, dict):
        return _Object(value)
    if isinstance(value, list):
        return _Items(value)
    return value


def plain(value: Any) -> Any:
    """A metadata value without its `.value`: what is handed to a step, so that it has the very type that was logged.

    Args:
        value: Anything.

    Returns:
        The value as a built-in type if it came out of metadata, else itself.
    """
    if isinstance(value, (_Text, _Whole, _Number, _Object, _Items)):
        return value.value
    if isinstance(value, Metadata):
        return {key: plain(item) for key, item in value.items()}
    return value
