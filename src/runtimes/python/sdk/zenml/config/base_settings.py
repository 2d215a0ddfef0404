"""BaseSettings, as ZenML's users import it."""

from __future__ import annotations

from headrace.config.settings import BaseSettings as BaseSettings
