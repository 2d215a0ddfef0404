"""The source of what steps reach, by digest: what lets two runs be compared line by line. Values are never in it."""

from __future__ import annotations

import ast
from typing import Dict, Iterable, List, Tuple

from headrace import _code

__all__ = ["Sources", "Texts"]

#: Characters of one component, and of a whole pipeline; what is longer is known by its digest alone.
_LONGEST = 64_000
_MOST = 1_000_000


class Texts:
    """The source texts of one step's components, by kind and name, while they are being found."""

    def __init__(self) -> None:
        self._found: Dict[Tuple[str, str], List[str]] = {}

    def add(self, component: Tuple[str, str], parsed: "_code.ParsedFile", nodes: Iterable[ast.AST]) -> None:
        """Add what the nodes look like in their file; several things of one name stand one below the other."""
        known = self._found.setdefault(component, [])
        for node in nodes:
            text = parsed.text(node)
            if text not in known:
                known.append(text)

    def items(self) -> Iterable[Tuple[Tuple[str, str], str]]:
        """Components with their whole text."""
        for component, texts in self._found.items():
            yield component, "\n".join(texts)


class Sources:
    """The texts of all steps of a pipeline, each once."""

    def __init__(self) -> None:
        self.by_digest: Dict[str, str] = {}
        self._left = _MOST

    def add(self, digest: str, text: str) -> None:
        """Keep a text, unless there is too much of it."""
        if digest in self.by_digest or not 0 < len(text) <= min(_LONGEST, self._left):
            return
        self._left -= len(text)
        self.by_digest[digest] = text
