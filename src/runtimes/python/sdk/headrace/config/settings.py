"""Settings that other executors act on; here they are kept with the run and have no effect (§2.7)."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Union

from headrace.enums import StrEnum

__all__ = [
    "BaseSettings",
    "ByteUnit",
    "DockerBuildConfig",
    "DockerSettings",
    "PythonPackageInstaller",
    "ResourceSettings",
]


class BaseSettings:
    """A bag of options, each an attribute."""

    def __init__(self, **options: Any) -> None:
        self.__dict__.update(options)

    def model_dump(self, **_options: Any) -> Dict[str, Any]:
        """The options as a dictionary."""
        return {key: value for key, value in vars(self).items() if value is not None}

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and vars(other) == vars(self)

    def __hash__(self) -> int:
        return hash(type(self).__name__)

    def __repr__(self) -> str:
        given = ", ".join(f"{key}={value!r}" for key, value in self.model_dump().items())
        return f"{type(self).__name__}({given})"


class PythonPackageInstaller(StrEnum):
    """What installs packages into an image."""

    PIP = "pip"
    UV = "uv"


class ByteUnit(StrEnum):
    """Units of memory."""

    KB = "KB"
    KIB = "KiB"
    MB = "MB"
    MIB = "MiB"
    GB = "GB"
    GIB = "GiB"
    TB = "TB"
    TIB = "TiB"
    PB = "PB"
    PIB = "PiB"


_FACTORS: Dict[str, int] = {
    unit.value: (1024 if "i" in unit.value else 1000) ** ("KMGTP".index(unit.value[0]) + 1) for unit in ByteUnit
}


class DockerBuildConfig(BaseSettings):
    """How an image would be built."""


class DockerSettings(BaseSettings):
    """How steps would be put into an image. Steps run in the workspace's interpreter here.

    Args:
        parent_image: The image to start from.
        requirements: Packages to install, or a file that lists them.
        required_integrations: ZenML integrations to install.
        apt_packages: System packages to install.
        environment: Environment variables of the image.
        options: Everything else that ZenML takes.
    """

    def __init__(
        self,
        parent_image: Optional[str] = None,
        requirements: Optional[Union[str, List[str]]] = None,
        required_integrations: Optional[List[str]] = None,
        apt_packages: Optional[List[str]] = None,
        environment: Optional[Mapping[str, Any]] = None,
        **options: Any,
    ) -> None:
        super().__init__(
            parent_image=parent_image,
            requirements=requirements,
            required_integrations=required_integrations,
            apt_packages=apt_packages,
            environment=environment,
            **options,
        )


class ResourceSettings(BaseSettings):
    """What a step would need of a cluster.

    Args:
        cpu_count: Processors.
        gpu_count: Graphics processors.
        memory: Memory with its unit, such as ``4GB``.

    Raises:
        ValueError: The memory has no known unit.
    """

    def __init__(
        self,
        cpu_count: Optional[float] = None,
        gpu_count: Optional[int] = None,
        memory: Optional[str] = None,
        **options: Any,
    ) -> None:
        super().__init__(cpu_count=cpu_count, gpu_count=gpu_count, memory=memory, **options)
        self.memory = memory
        if memory is not None:
            self.get_memory(ByteUnit.GB)

    @property
    def empty(self) -> bool:
        """Whether nothing is asked for."""
        return not self.model_dump()

    def get_memory(self, unit: Union[str, ByteUnit] = ByteUnit.GB) -> Optional[float]:
        """The memory in a unit; None when none is asked for.

        Raises:
            ValueError: The memory has no known unit.
        """
        if self.memory is None:
            return None
        for name in sorted(_FACTORS, key=len, reverse=True):
            number = self.memory[: -len(name)].strip()
            if self.memory.endswith(name) and number.isdigit():
                asked: int = int(number) * _FACTORS[name]
                return asked / _FACTORS[ByteUnit(unit).value]
        raise ValueError(f"ResourceSettings: memory {self.memory!r} must be a number with one of {', '.join(_FACTORS)}.")
