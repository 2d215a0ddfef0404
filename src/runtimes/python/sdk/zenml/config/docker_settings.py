"""DockerSettings, as ZenML's users import it."""

from __future__ import annotations

from headrace.config.settings import DockerBuildConfig as DockerBuildConfig
from headrace.config.settings import DockerSettings as DockerSettings
from headrace.config.settings import PythonPackageInstaller as PythonPackageInstaller
