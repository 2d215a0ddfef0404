"""The materializer for arrays, as ZenML's users import it."""

from __future__ import annotations

from headrace.materializers.numpy_arrays import NumpyMaterializer as NumpyMaterializer
