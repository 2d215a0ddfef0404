"""Client, as ZenML's users import it."""

from __future__ import annotations

from headrace.client import Client as Client
