"""Enumerations of the API, with ZenML's names and values."""

from __future__ import annotations

from enum import Enum
from typing import List

__all__ = [
    "ArtifactSaveType",
    "ArtifactType",
    "ColorVariants",
    "ExecutionMode",
    "ExecutionStatus",
    "GenericFilterOps",
    "LogicalOperators",
    "MetadataResourceTypes",
    "MetadataTypeEnum",
    "ModelStages",
    "SorterOps",
    "StackComponentType",
    "StepRunInputArtifactType",
    "StrEnum",
    "TaggableResourceTypes",
    "VisualizationType",
]


class StrEnum(str, Enum):
    """An enumeration whose members are strings and print as their value."""

    def __str__(self) -> str:
        return str(self.value)

    @classmethod
    def names(cls) -> List[str]:
        """Names of all members."""
        return [member.name for member in cls]

    @classmethod
    def values(cls) -> List[str]:
        """Values of all members."""
        return [str(member.value) for member in cls]


class ModelStages(StrEnum):
    """Stages of a model version; `LATEST` names the version with the highest number."""

    NONE = "none"
    STAGING = "staging"
    PRODUCTION = "production"
    ARCHIVED = "archived"
    LATEST = "latest"


class ArtifactType(StrEnum):
    """What kind of thing an artifact is."""

    DATA_ANALYSIS = "DataAnalysisArtifact"
    DATA = "DataArtifact"
    MODEL = "ModelArtifact"
    SCHEMA = "SchemaArtifact"
    SERVICE = "ServiceArtifact"
    STATISTICS = "StatisticsArtifact"
    BASE = "BaseArtifact"


class ArtifactSaveType(StrEnum):
    """How an artifact version came to be."""

    STEP_OUTPUT = "step_output"
    MANUAL = "manual"
    PREEXISTING = "preexisting"
    EXTERNAL = "external"


class StepRunInputArtifactType(StrEnum):
    """How an artifact became the input of a step."""

    STEP_OUTPUT = "step_output"
    MANUAL = "manual"
    EXTERNAL = "external"
    LAZY_LOADED = "lazy"


class VisualizationType(StrEnum):
    """Formats of visualizations."""

    CSV = "csv"
    HTML = "html"
    IMAGE = "image"
    MARKDOWN = "markdown"
    JSON = "json"


class ExecutionStatus(StrEnum):
    """States of runs and step runs."""

    INITIALIZING = "initializing"
    PROVISIONING = "provisioning"
    RUNNING = "running"
    FAILED = "failed"
    COMPLETED = "completed"
    CACHED = "cached"
    RETRYING = "retrying"
    RETRIED = "retried"
    STOPPED = "stopped"
    STOPPING = "stopping"

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen."""
        return self in _FINISHED

    @property
    def is_successful(self) -> bool:
        """Whether it ended well."""
        return self in (ExecutionStatus.COMPLETED, ExecutionStatus.CACHED)

    @property
    def is_failed(self) -> bool:
        """Whether it ended badly."""
        return self is ExecutionStatus.FAILED


_FINISHED = (
    ExecutionStatus.FAILED,
    ExecutionStatus.COMPLETED,
    ExecutionStatus.CACHED,
    ExecutionStatus.RETRIED,
    ExecutionStatus.STOPPED,
)


class ExecutionMode(StrEnum):
    """What happens to the rest of a run when a step fails (zenml-semantics §6)."""

    FAIL_FAST = "fail_fast"
    STOP_ON_FAILURE = "stop_on_failure"
    CONTINUE_ON_FAILURE = "continue_on_failure"


class LogicalOperators(StrEnum):
    """How the filters of a list are joined."""

    OR = "or"
    AND = "and"


class SorterOps(StrEnum):
    """Directions of sorting."""

    ASCENDING = "asc"
    DESCENDING = "desc"


class GenericFilterOps(StrEnum):
    """Operators of filters, written in front of the value: `contains:iris`."""

    EQUALS = "equals"
    NOT_EQUALS = "notequals"
    CONTAINS = "contains"
    STARTSWITH = "startswith"
    ENDSWITH = "endswith"
    ONEOF = "oneof"
    GTE = "gte"
    GT = "gt"
    LTE = "lte"
    LT = "lt"
    IN = "in"


class MetadataResourceTypes(StrEnum):
    """What metadata can be attached to."""

    PIPELINE_RUN = "pipeline_run"
    STEP_RUN = "step_run"
    ARTIFACT_VERSION = "artifact_version"
    MODEL_VERSION = "model_version"


class MetadataTypeEnum(StrEnum):
    """Types of metadata values."""

    STRING = "str"
    INT = "int"
    FLOAT = "float"
    BOOL = "bool"
    DICT = "dict"
    LIST = "list"
    TUPLE = "tuple"
    SET = "set"
    URI = "Uri"
    PATH = "Path"
    DTYPE = "DType"
    STORAGE_SIZE = "StorageSize"


class TaggableResourceTypes(StrEnum):
    """What tags can be attached to."""

    ARTIFACT = "artifact"
    ARTIFACT_VERSION = "artifact_version"
    MODEL = "model"
    MODEL_VERSION = "model_version"
    PIPELINE = "pipeline"
    PIPELINE_RUN = "pipeline_run"


class ColorVariants(StrEnum):
    """Colours of tags."""

    GREY = "grey"
    PURPLE = "purple"
    RED = "red"
    GREEN = "green"
    YELLOW = "yellow"
    ORANGE = "orange"
    LIME = "lime"
    TEAL = "teal"
    TURQUOISE = "turquoise"
    MAGENTA = "magenta"
    BLUE = "blue"


class StackComponentType(StrEnum):
    """Kinds of stack components; here for code that names them."""

    ALERTER = "alerter"
    ANNOTATOR = "annotator"
    ARTIFACT_STORE = "artifact_store"
    CONTAINER_REGISTRY = "container_registry"
    DATA_VALIDATOR = "data_validator"
    DEPLOYER = "deployer"
    EXPERIMENT_TRACKER = "experiment_tracker"
    FEATURE_STORE = "feature_store"
    IMAGE_BUILDER = "image_builder"
    MODEL_DEPLOYER = "model_deployer"
    MODEL_REGISTRY = "model_registry"
    ORCHESTRATOR = "orchestrator"
    STEP_OPERATOR = "step_operator"
