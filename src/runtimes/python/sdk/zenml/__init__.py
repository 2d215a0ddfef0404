"""The API of ZenML, answered by Headrace: nothing of ZenML is installed or needed.

With ``HEADRACE_ZENML=installed`` in the environment, this module becomes the ZenML that is installed in the interpreter.
"""

from __future__ import annotations

import os as _os

from headrace import _face

# Type checkers know this name; importing `typing` for it would be half of what `import zenml` costs.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from typing import Any, List

    from headrace.artifacts.artifact_config import ArtifactConfig as ArtifactConfig
    from headrace.artifacts.external_artifact import ExternalArtifact as ExternalArtifact
    from headrace.artifacts.utils import load_artifact as load_artifact
    from headrace.artifacts.utils import log_artifact_metadata as log_artifact_metadata
    from headrace.artifacts.utils import register_artifact as register_artifact
    from headrace.artifacts.utils import save_artifact as save_artifact
    from headrace.config.cache_policy import CachePolicy as CachePolicy
    from headrace.config.schedule import Schedule as Schedule
    from headrace.metadata import bulk_log_metadata as bulk_log_metadata
    from headrace.metadata import log_metadata as log_metadata
    from headrace.metadata import log_step_metadata as log_step_metadata
    from headrace.model import Model as Model
    from headrace.model import ModelVersion as ModelVersion
    from headrace.model_utils import link_artifact_to_model as link_artifact_to_model
    from headrace.model_utils import log_model_metadata as log_model_metadata
    from headrace.pipelines.pipeline_context import get_pipeline_context as get_pipeline_context
    from headrace.pipelines.pipeline_decorator import pipeline as pipeline
    from headrace.steps.foreign_step import ts_step as ts_step
    from headrace.steps.step_context import get_step_context as get_step_context
    from headrace.steps.step_decorator import step as step
    from headrace.tags import Tag as Tag
    from headrace.tags import add_tags as add_tags
    from headrace.tags import remove_tags as remove_tags

__version__ = "0.93.0"


def _become_installed() -> bool:
    return _face.turn_into_installed("zenml", _os.path.dirname(_os.path.dirname(_os.path.abspath(__file__))))


if not TYPE_CHECKING and _face.installed_chosen():
    if not _become_installed():
        raise ImportError(
            "HEADRACE_ZENML=installed asks for the installed ZenML, but this interpreter has none. Install it with "
            "`pip install zenml`, or unset HEADRACE_ZENML to use Headrace's own."
        )
else:
    _face.install_refusals()

    def __getattr__(name: str) -> Any:
        from headrace._exports import resolve

        return resolve(globals(), name)

    def __dir__() -> List[str]:
        from headrace._exports import EXPORTS

        return sorted({*globals(), *EXPORTS})
