"""Materializers for scipy, as ZenML's users import them."""

from __future__ import annotations

from headrace.materializers.scipy_sparse import SparseMaterializer as SparseMaterializer
