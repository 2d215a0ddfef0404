"""Configuration, as ZenML's users import it."""

from __future__ import annotations

from headrace.config.cache_policy import CachePolicy as CachePolicy
from headrace.config.retry_config import StepRetryConfig as StepRetryConfig
from headrace.config.schedule import Schedule as Schedule
from headrace.config.settings import ByteUnit as ByteUnit
from headrace.config.settings import DockerSettings as DockerSettings
from headrace.config.settings import PythonPackageInstaller as PythonPackageInstaller
from headrace.config.settings import ResourceSettings as ResourceSettings
