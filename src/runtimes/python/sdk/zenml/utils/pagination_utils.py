"""Pages, as ZenML's users import them."""

from __future__ import annotations

from headrace.page import depaginate as depaginate
