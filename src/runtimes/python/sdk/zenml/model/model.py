"""Model, as ZenML's users import it."""

from __future__ import annotations

from headrace.model import Model as Model
