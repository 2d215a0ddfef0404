"""Enumerations, as ZenML's users import them."""

from __future__ import annotations

from headrace.enums import ArtifactSaveType as ArtifactSaveType
from headrace.enums import ArtifactType as ArtifactType
from headrace.enums import ColorVariants as ColorVariants
from headrace.enums import ExecutionMode as ExecutionMode
from headrace.enums import ExecutionStatus as ExecutionStatus
from headrace.enums import GenericFilterOps as GenericFilterOps
from headrace.enums import LogicalOperators as LogicalOperators
from headrace.enums import MetadataResourceTypes as MetadataResourceTypes
from headrace.enums import MetadataTypeEnum as MetadataTypeEnum
from headrace.enums import ModelStages as ModelStages
from headrace.enums import SorterOps as SorterOps
from headrace.enums import StackComponentType as StackComponentType
from headrace.enums import StepRunInputArtifactType as StepRunInputArtifactType
from headrace.enums import StrEnum as StrEnum
from headrace.enums import TaggableResourceTypes as TaggableResourceTypes
from headrace.enums import VisualizationType as VisualizationType
