"""Tags as answers."""

from __future__ import annotations

from typing import Any, Dict, Optional
from uuid import UUID

from headrace.enums import ColorVariants
from headrace.responses.base import Response, fetch

__all__ = ["TagResponse"]


class TagResponse(Response):
    """A tag; equal to its name, too."""

    kind = "tag"
    _dumped = ("id", "name", "color", "exclusive", "cascade")

    @classmethod
    def named(cls, name: str) -> "TagResponse":
        """The tag that an entity names; its details are loaded when they are asked for."""
        return cls({"name": name})

    def _detail(self, key: str) -> Any:
        if "id" not in self._fields:
            self._fields = fetch("tag", self._fields["name"])
        return self._fields.get(key)

    @property
    def id(self) -> UUID:
        """The id."""
        return UUID(self._detail("id"))

    @property
    def color(self) -> Optional[ColorVariants]:
        """The colour."""
        color = self._detail("color")
        return ColorVariants(color) if color else None

    @property
    def exclusive(self) -> bool:
        """Whether only one thing of a kind carries it."""
        return bool(self._detail("exclusive"))

    @property
    def cascade(self) -> bool:
        """Whether a run's artifact versions get it, too."""
        return bool(self._detail("cascade"))

    @property
    def tagged_count(self) -> int:
        """How many things carry it."""
        return int(self._detail("count") or 0)

    def get_hydrated_version(self) -> "TagResponse":
        """The same tag as it is now."""
        return TagResponse(fetch("tag", self._fields["name"]))

    def model_dump(self, mode: str = "python", **kwargs: Any) -> Dict[str, Any]:
        """The attributes as plain values."""
        self._detail("id")
        return super().model_dump(mode, **kwargs)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, str):
            return self.name == other
        return isinstance(other, TagResponse) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"TagResponse(name={self.name!r})"
