"""Materializers for numpy, as ZenML's users import them."""

from __future__ import annotations

from headrace.materializers.numpy_arrays import NumpyMaterializer as NumpyMaterializer
