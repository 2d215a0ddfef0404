"""CloudpickleMaterializer, as ZenML's users import it."""

from __future__ import annotations

from headrace.materializers.pickles import CloudpickleMaterializer as CloudpickleMaterializer
