"""What all response objects share: identity, times, equality, and questions that are asked only when needed."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any, ClassVar, Dict, List, Mapping, Optional, Tuple, TypeVar
from uuid import UUID

from headrace import _active, _session

__all__ = ["Response", "fetch", "moment", "related", "scoped"]

R = TypeVar("R", bound="Response")


def scoped(params: Dict[str, Any]) -> Dict[str, Any]:
    """The parameters of a request with the step in which it is made, if any."""
    scope = _active.scope()
    return {**params, "scope": scope} if scope else params


def fetch(kind: str, key: Any, version: Any = None) -> Dict[str, Any]:
    """One entity, by id, unique id prefix or name.

    Raises:
        KeyError: There is no such entity.
        ZenKeyError: Several ids begin with the key.
    """
    params: Dict[str, Any] = {"kind": kind, "key": wire(key)}
    if version is not None:
        params["version"] = wire(version)
    entity: Dict[str, Any] = _session.request("entity.get", scoped(params))["entity"]
    return entity


def related(kind: str, id: str, relation: str, **options: Any) -> Any:
    """Something that belongs to an entity and is loaded late."""
    params: Dict[str, Any] = {"kind": kind, "id": id, "relation": relation}
    if options:
        params["options"] = options
    return _session.request("entity.related", params)["value"]


def wire(value: Any) -> Any:
    """A value as it travels: ids and enumeration members as text."""
    if isinstance(value, UUID):
        return str(value)
    inner = getattr(value, "value", value)
    return inner if isinstance(value, str) and isinstance(inner, str) else value


def moment(milliseconds: Optional[float]) -> Optional[datetime]:
    """A time as ZenML gives it: UTC, without a zone."""
    if milliseconds is None:
        return None
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc).replace(tzinfo=None)


class Response:
    """One thing that the engine remembers, as it was when it was asked for.

    Attributes that cost a question are loaded when they are first used. Two responses are equal when they are of one kind
    and have one id (zenml-semantics §4.11).
    """

    kind: ClassVar[str]
    _dumped: ClassVar[Tuple[str, ...]] = ("id", "name", "created", "updated")

    def __init__(self, fields: Mapping[str, Any]) -> None:
        """Wraps an entity.

        Args:
            fields: The entity as the engine sent it.
        """
        self._fields: Dict[str, Any] = dict(fields)
        self._late: Dict[str, Any] = {}

    @property
    def id(self) -> UUID:
        """The id."""
        return UUID(self._fields["id"])

    @property
    def name(self) -> str:
        """The name."""
        return str(self._fields["name"])

    @property
    def created(self) -> datetime:
        """When it was made (UTC)."""
        time = moment(self._fields.get("created"))
        return time if time is not None else datetime(1970, 1, 1)

    @property
    def updated(self) -> datetime:
        """When it was last changed (UTC)."""
        return moment(self._fields.get("updated")) or self.created

    @property
    def user(self) -> Any:
        """Whose it is: there is one local user."""
        from headrace.responses.stack import default_user

        return default_user()

    @property
    def project(self) -> Any:
        """The workspace."""
        from headrace.responses.stack import active_project

        return active_project()

    @property
    def project_id(self) -> UUID:
        """The id of the workspace."""
        found: UUID = self.project.id
        return found

    def get_hydrated_version(self: R) -> R:
        """The same thing as it is now."""
        return type(self)(fetch(self.kind, self._fields["id"]))

    def get_metadata(self) -> "Response":
        """This object: here details are its own attributes."""
        return self

    def get_body(self) -> "Response":
        """This object: here details are its own attributes."""
        return self

    def get_resources(self) -> "Response":
        """This object: here details are its own attributes."""
        return self

    def model_dump(self, mode: str = "python", **_: Any) -> Dict[str, Any]:
        """The attributes as plain values.

        Args:
            mode: `python`, or `json` for ids and times as text.

        Returns:
            A dictionary.
        """
        return {name: _plain(getattr(self, name), mode) for name in self._dumped}

    def model_dump_json(self, indent: Optional[int] = None, **_: Any) -> str:
        """The attributes as JSON text."""
        import json

        return json.dumps(self.model_dump(mode="json"), indent=indent, ensure_ascii=False)

    def dict(self, **_: Any) -> Dict[str, Any]:
        """The attributes as plain values, under the name that older versions had."""
        return self.model_dump()

    def json(self, **_: Any) -> str:
        """The attributes as JSON text, under the name that older versions had."""
        return self.model_dump_json()

    def _related(self, relation: str, **options: Any) -> Any:
        return related(self.kind, self._fields["id"], relation, **options)

    def _once(self, key: str, load: Any) -> Any:
        if key not in self._late:
            self._late[key] = load()
        return self._late[key]

    def _tags(self) -> List[Any]:
        from headrace.responses.tags import TagResponse

        return [TagResponse.named(name) for name in self._fields.get("tags") or []]

    def _metadata(self) -> "Dict[str, Any]":
        from headrace.responses.metadata import Metadata

        return Metadata(self._fields.get("metadata") or {})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Response) and other.kind == self.kind and other.id == self.id

    def __hash__(self) -> int:
        return hash((self.kind, self._fields["id"]))

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={str(getattr(self, name))!r}" for name in ("id", "name"))
        return f"{type(self).__name__}({shown})"


def _plain(value: Any, mode: str) -> Any:
    if isinstance(value, Response):
        return {"id": _plain(value.id, mode), "name": value.name}
    if isinstance(value, dict):
        return {str(key): _plain(item, mode) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item, mode) for item in value]
    inner = getattr(value, "value", value)
    if mode != "json":
        return inner
    if isinstance(inner, datetime):
        return inner.isoformat()
    return inner if isinstance(inner, (str, int, float, bool)) or inner is None else str(inner)

