"""How the methods of `Client` ask: one function for each kind of request."""

from __future__ import annotations

from datetime import date
from typing import Any, Dict, List, Mapping, Optional, Sequence, Type, TypeVar, Union
from uuid import UUID

from headrace import _active, _session
from headrace.lazy import ClientLazyLoader
from headrace.page import DEFAULT_SIZE, MAX_SIZE, Page
from headrace.responses.base import Response, fetch, scoped, wire

__all__ = ["Filter", "Key", "create", "delete", "deferred", "find", "get", "late", "update"]

R = TypeVar("R", bound=Response)
Key = Union[str, UUID]
Filter = Any
"""A value to be equal to, or text with an operator in front: `contains:iris`, `gt:0.9`, `oneof:["a", "b"]`."""


def deferred() -> bool:
    """Whether a pipeline's body is being traced, so that look-ups wait until a step starts."""
    return _active.trace() is not None


def late(method: str, **kwargs: Any) -> Any:
    """The recorded call of a method of `Client`, with only the arguments that say something."""
    return ClientLazyLoader.begin(method, **{key: value for key, value in kwargs.items() if value is not None})


def get(response: Type[R], key: Any, version: Any = None) -> R:
    """One entity as a response."""
    return response(fetch(response.kind, key, version))


def find(
    response: Type[R],
    *,
    filters: Mapping[str, Any],
    sort_by: str,
    page: Optional[int],
    size: Optional[int],
    logical_operator: Any = "and",
) -> Page[R]:
    """A list as a page.

    Args:
        response: Class of the items.
        filters: Conditions by field; None for none.
        sort_by: A field, perhaps with `asc:` or `desc:` in front.
        page: Which page, from 1; None for the first and on to the end.
        size: How many items a page holds; None for the usual number.
        logical_operator: `and` or `or`.

    Returns:
        The page. A loop over it goes on to the end when neither `page` nor `size` was chosen.

    Raises:
        ValueError: A filter, the sorting or the paging is not valid.
    """
    if page is not None and page < 1:
        raise ValueError("The page number must be greater than 0.")
    if size is not None and not 1 <= size <= MAX_SIZE:
        raise ValueError(f"The page size must be between 1 and {MAX_SIZE}.")
    conditions = {key: _filter(value) for key, value in filters.items() if value is not None}
    if wire(logical_operator) == "or":
        conditions["logical_operator"] = "or"

    def fetch_page(number: int, length: int) -> Page[R]:
        answer = _session.request(
            "entity.list",
            scoped({"kind": response.kind, "filters": conditions, "sort": sort_by, "page": number, "size": length}),
        )
        items = [response(fields) for fields in answer["items"]]
        return Page(items, index=number, max_size=length, total=answer["total"])

    first = fetch_page(page or 1, size or DEFAULT_SIZE)
    if page is None and size is None:
        first._fetch = fetch_page
    return first


def create(response: Type[R], fields: Mapping[str, Any]) -> R:
    """Makes an entity."""
    given = {key: wire(value) for key, value in fields.items() if value is not None}
    return response(_session.request("entity.create", {"kind": response.kind, "fields": given})["entity"])


def update(
    response: Type[R],
    key: Any,
    fields: Mapping[str, Any],
    *,
    version: Any = None,
    add_tags: Optional[Sequence[Any]] = None,
    remove_tags: Optional[Sequence[Any]] = None,
) -> R:
    """Changes an entity; fields that are None stay."""
    params: Dict[str, Any] = {
        "kind": response.kind,
        "key": wire(key),
        "fields": {name: wire(value) for name, value in fields.items() if value is not None},
        "addTags": tag_names(add_tags),
        "removeTags": tag_names(remove_tags),
    }
    if version is not None:
        params["version"] = wire(version)
    return response(_session.request("entity.update", params)["entity"])


def delete(kind: str, key: Any, *, version: Any = None, **options: Any) -> int:
    """Deletes an entity and answers how many things that were."""
    params: Dict[str, Any] = {"kind": kind, "key": wire(key), "options": options}
    if version is not None:
        params["version"] = wire(version)
    return int(_session.request("entity.delete", params)["deleted"])


def tag_names(tags: Optional[Sequence[Any]]) -> List[str]:
    """The names of tags that are given as text or as objects with a `name`."""
    return [] if tags is None else [tag if isinstance(tag, str) else str(tag.name) for tag in tags]


def _filter(value: Any) -> Any:
    if isinstance(value, Response):
        return str(value.id)
    if isinstance(value, (list, tuple, set)):
        return [_filter(item) for item in value]
    if isinstance(value, date):
        return value.isoformat()
    return wire(value)


