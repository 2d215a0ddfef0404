"""`Client`: tags."""

from __future__ import annotations

from typing import Any, List, Optional

from headrace._client.base import Filter, Key, create, delete, find, get, update
from headrace.enums import TaggableResourceTypes
from headrace.page import Page
from headrace.responses.base import wire
from headrace.responses.tags import TagResponse

__all__ = ["TagQueries", "TagResource", "kind_of"]

_KINDS = {"pipeline_run": "run"}


class TagResource:
    """What a tag is attached to: an id and its kind."""

    def __init__(self, id: Key, type: TaggableResourceTypes) -> None:
        self.id = id
        self.type = TaggableResourceTypes(type)


def kind_of(resource_type: Any) -> str:
    """The engine's name for a taggable kind."""
    value = str(wire(resource_type))
    return _KINDS.get(value, value)


class TagQueries:
    """Methods about tags."""

    def create_tag(
        self, name: str, exclusive: bool = False, color: Optional[Any] = None, cascade: bool = False
    ) -> TagResponse:
        """Makes a tag.

        Raises:
            EntityExistsError: There is one with this name.
        """
        fields = {"name": name, "exclusive": exclusive, "color": color, "cascade": cascade}
        return create(TagResponse, fields)

    def get_tag(self, tag_name_or_id: Key, allow_name_prefix_match: bool = True, hydrate: bool = True) -> TagResponse:
        """A tag.

        Raises:
            KeyError: There is none.
        """
        return get(TagResponse, tag_name_or_id)

    def list_tags(
        self,
        sort_by: str = "created",
        page: Optional[int] = None,
        size: Optional[int] = None,
        logical_operator: Any = "and",
        id: Filter = None,
        user: Filter = None,
        created: Filter = None,
        updated: Filter = None,
        name: Filter = None,
        color: Optional[Any] = None,
        exclusive: Optional[bool] = None,
        resource_type: Optional[Any] = None,
        hydrate: bool = False,
    ) -> Page[TagResponse]:
        """Tags that match all filters (with `logical_operator="or"` any)."""
        filters = {
            "id": id, "created": created, "name": name, "color": color, "exclusive": exclusive,
            "resource_type": None if resource_type is None else kind_of(resource_type),
        }  # fmt: skip
        return find(TagResponse, filters=filters, sort_by=sort_by, page=page, size=size, logical_operator=logical_operator)

    def update_tag(
        self,
        tag_name_or_id: Key,
        name: Optional[str] = None,
        exclusive: Optional[bool] = None,
        color: Optional[Any] = None,
    ) -> TagResponse:
        """Changes a tag.

        Raises:
            KeyError: There is none.
        """
        return update(TagResponse, tag_name_or_id, {"name": name, "exclusive": exclusive, "color": color})

    def delete_tag(self, tag_name_or_id: Key) -> None:
        """Deletes a tag and takes it off everything.

        Raises:
            KeyError: There is none.
        """
        delete("tag", tag_name_or_id)

    def attach_tag(self, tag: Any, resources: List[TagResource]) -> None:
        """Puts a tag on things; it is made when there is none."""
        name = tag if isinstance(tag, str) else str(tag.name)
        for resource in resources:
            attach(resource, [name], [])

    def detach_tag(self, tag: Any, resources: List[TagResource]) -> None:
        """Takes a tag off things."""
        name = tag if isinstance(tag, str) else str(tag.name)
        for resource in resources:
            attach(resource, [], [name])


def attach(resource: TagResource, add: List[str], remove: List[str]) -> None:
    """Adds and removes tags of one thing."""
    from headrace import _session

    _session.request(
        "entity.update",
        {"kind": kind_of(resource.type), "key": str(resource.id), "fields": {}, "addTags": add, "removeTags": remove},
    )
