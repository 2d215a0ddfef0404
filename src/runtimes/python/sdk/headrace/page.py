"""Answers of `Client().list_*`: a page that, iterated over, gives everything (a deliberate improvement on zenml-semantics §4.10)."""

from __future__ import annotations

from typing import Any, Callable, Dict, Generic, Iterator, List, Optional, TypeVar, Union, overload

__all__ = ["DEFAULT_SIZE", "MAX_SIZE", "Page", "depaginate"]

T = TypeVar("T")

DEFAULT_SIZE = 20
MAX_SIZE = 10_000
_FETCH = 200
"""How many items are fetched at once when an iteration goes on after the first page."""


class Page(Generic[T]):
    """Some of the things that a list found, and the way to the others.

    `len(page)`, `page.items`, `page[i]` and `page.size` speak of this page, as they do in ZenML. A loop over a page whose
    `page=` and `size=` nobody chose goes on to the end of the list; where either was chosen, the loop stays on the page.
    """

    def __init__(
        self,
        items: List[T],
        *,
        index: int = 1,
        max_size: int = DEFAULT_SIZE,
        total: Optional[int] = None,
        fetch: Optional[Callable[[int, int], "Page[T]"]] = None,
    ) -> None:
        """Makes a page.

        Args:
            items: What is on it.
            index: Which page it is, from 1.
            max_size: How many items a page holds at most.
            total: How many items there are on all pages.
            fetch: Gives the page of a number and a size, where iteration may go on; None where it ends with this page.
        """
        self.items = items
        self.index = index
        self.max_size = max_size
        self.total = len(items) if total is None else total
        self._fetch = fetch

    @property
    def size(self) -> int:
        """How many items are on this page."""
        return len(self.items)

    @property
    def total_pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // self.max_size))

    def __len__(self) -> int:
        return len(self.items)

    def __bool__(self) -> bool:
        return bool(self.items)

    @overload
    def __getitem__(self, index: int) -> T: ...

    @overload
    def __getitem__(self, index: slice) -> List[T]: ...

    def __getitem__(self, index: Union[int, slice]) -> Union[T, List[T]]:
        return self.items[index]

    def __iter__(self) -> Iterator[T]:
        yield from self.items
        if self._fetch is None or len(self.items) >= self.total:
            return
        seen = len(self.items)
        size = max(_FETCH - _FETCH % self.max_size, self.max_size)
        number = seen // size + 1
        while True:
            page = self._fetch(number, size)
            yield from page.items[seen - (number - 1) * size :]
            seen = (number - 1) * size + len(page.items)
            if len(page.items) < size:
                return
            number += 1

    def __contains__(self, item: object) -> bool:
        return any(item == other for other in self)

    def __repr__(self) -> str:
        return f"Page(index={self.index}, max_size={self.max_size}, total={self.total}, items={self.items!r})"

    def model_dump(self, **_: Any) -> Dict[str, Any]:
        """The page as plain values."""
        dump: Callable[[Any], Any] = lambda item: item.model_dump() if hasattr(item, "model_dump") else item
        return {
            "index": self.index,
            "max_size": self.max_size,
            "total_pages": self.total_pages,
            "total": self.total,
            "items": [dump(item) for item in self.items],
        }


def depaginate(list_method: Callable[..., Page[T]], **kwargs: Any) -> List[T]:
    """Everything that a list method finds, on whichever page.

    Args:
        list_method: A method of `Client` such as `list_artifact_versions`.
        **kwargs: Its filters; `size` is how much is fetched at once.

    Returns:
        All items.
    """
    size = kwargs.pop("size", _FETCH)
    number = kwargs.pop("page", 1)
    items: List[T] = []
    while True:
        page = list_method(page=number, size=size, **kwargs)
        items.extend(page.items)
        if number >= page.total_pages:
            return items
        number += 1
