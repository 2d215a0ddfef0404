"""BaseMaterializer, as ZenML's users import it."""

from __future__ import annotations

from headrace.materializers.base import BaseMaterializer as BaseMaterializer
from headrace.materializers.base import BaseMaterializerMeta as BaseMaterializerMeta
