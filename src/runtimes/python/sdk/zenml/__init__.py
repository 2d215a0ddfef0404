"""The API of ZenML, answered by Headrace."""

from __future__ import annotations

from typing import Any, List


def __getattr__(name: str) -> Any:
    from headrace._exports import resolve

    return resolve(globals(), name)


def __dir__() -> List[str]:
    from headrace._exports import EXPORTS

    return sorted({*globals(), *EXPORTS})
