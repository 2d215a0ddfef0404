"""ResourceSettings, as ZenML's users import it."""

from __future__ import annotations

from headrace.config.settings import ByteUnit as ByteUnit
from headrace.config.settings import ResourceSettings as ResourceSettings
