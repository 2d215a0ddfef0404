"""Look-ups that wait, as ZenML's users import them."""

from __future__ import annotations

from headrace.lazy import ClientLazyLoader as ClientLazyLoader
