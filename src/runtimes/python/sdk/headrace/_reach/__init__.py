"""What of the user's code a step reaches: what decides whether a cached result still holds (architecture, "Cache")."""

from __future__ import annotations

from headrace._reach.components import reach

__all__ = ["reach"]
