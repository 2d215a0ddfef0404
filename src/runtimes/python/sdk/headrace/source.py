"""Where a class or a function lives, as an import path."""

from __future__ import annotations

from typing import Any, Optional

__all__ = ["Source"]


class Source:
    """An import path such as `numpy.ndarray`, split into module and attribute."""

    def __init__(self, module: str, attribute: Optional[str] = None, type: str = "user") -> None:
        self.module = module
        self.attribute = attribute
        self.type = type

    @classmethod
    def from_import_path(cls, import_path: str, is_module_path: bool = False) -> "Source":
        """Reads an import path.

        Args:
            import_path: `package.module.attribute`.
            is_module_path: Whether all of it is a module.

        Returns:
            The source.

        Raises:
            ValueError: The path is empty.
        """
        if not import_path:
            raise ValueError("Invalid empty import path.")
        if is_module_path or "." not in import_path:
            module, attribute = ("builtins", import_path) if not is_module_path else (import_path, None)
            return cls(module, attribute)
        module, _, name = import_path.rpartition(".")
        return cls(module, name)

    @property
    def import_path(self) -> str:
        """The whole path."""
        return f"{self.module}.{self.attribute}" if self.attribute else self.module

    def load(self) -> Any:
        """Imports what the path names.

        Returns:
            The object.

        Raises:
            ImportError: The module can't be imported.
            AttributeError: The module has no such attribute.
        """
        import importlib

        found: Any = importlib.import_module(self.module)
        for name in (self.attribute or "").split("."):
            found = getattr(found, name) if name else found
        return found

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Source):
            return self.import_path == other.import_path
        return isinstance(other, str) and self.import_path == other

    def __hash__(self) -> int:
        return hash(self.import_path)

    def __str__(self) -> str:
        return self.import_path

    def __repr__(self) -> str:
        return f"Source({self.import_path!r})"
