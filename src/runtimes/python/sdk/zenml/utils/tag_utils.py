"""Tags, as ZenML's users import them."""

from __future__ import annotations

from headrace.tags import Tag as Tag
from headrace.tags import add_tags as add_tags
from headrace.tags import remove_tags as remove_tags
