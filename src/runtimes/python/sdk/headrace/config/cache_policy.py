"""What a step's cache key is made of (§3.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, List, Optional, Union

__all__ = ["CachePolicy"]


@dataclass
class CachePolicy:
    """What counts when it is decided whether a step must run again.

    Args:
        include_step_code: The step's code and the workspace code that it reaches.
        include_step_parameters: Parameters.
        include_artifact_values: The content of inputs.
        include_artifact_ids: Which artifact versions the inputs are, where their content doesn't count.
        ignored_inputs: Names of inputs that never count.
        file_dependencies: Files whose content counts; relative to the workspace.
        source_dependencies: Functions, classes or modules (or their import paths) whose code counts.
        cache_func: A function without parameters; the text that it returns counts.
        expires_after: Seconds until a result is not reused any more.
    """

    include_step_code: bool = True
    include_step_parameters: bool = True
    include_artifact_values: bool = True
    include_artifact_ids: bool = True
    ignored_inputs: Optional[List[str]] = None
    file_dependencies: Optional[List[str]] = None
    source_dependencies: Optional[List[Any]] = None
    cache_func: Optional[Union[Callable[[], str], str]] = None
    expires_after: Optional[int] = None

    @classmethod
    def default(cls) -> "CachePolicy":
        """Everything counts."""
        return cls()

    @classmethod
    def no_cache(cls) -> "CachePolicy":
        """Nothing but the step itself counts."""
        return cls(False, False, False, False)

    @classmethod
    def from_string(cls, name: str) -> "CachePolicy":
        """The policy with a name.

        Raises:
            ValueError: There is none with this name.
        """
        if name == "default":
            return cls.default()
        if name == "no_cache":
            return cls.no_cache()
        raise ValueError(f"Invalid cache policy: {name!r}. Use 'default', 'no_cache' or a CachePolicy.")
