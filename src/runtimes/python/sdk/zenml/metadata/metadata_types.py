"""Types of metadata values, as ZenML's users import them."""

from __future__ import annotations

from headrace.metadata_types import DType as DType
from headrace.metadata_types import MetadataType as MetadataType
from headrace.metadata_types import MetadataTypeEnum as MetadataTypeEnum
from headrace.metadata_types import Path as Path
from headrace.metadata_types import StorageSize as StorageSize
from headrace.metadata_types import Uri as Uri
from headrace.metadata_types import get_metadata_type as get_metadata_type
