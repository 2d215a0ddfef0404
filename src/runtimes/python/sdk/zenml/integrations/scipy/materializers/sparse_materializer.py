"""SparseMaterializer, as ZenML's users import it."""

from __future__ import annotations

from headrace.materializers.scipy_sparse import SparseMaterializer as SparseMaterializer
