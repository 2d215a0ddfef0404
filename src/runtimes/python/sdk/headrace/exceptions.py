"""Exceptions of the API, with the names and the hierarchy that ZenML's users catch (zenml-semantics §10.2)."""

from __future__ import annotations

import builtins
from typing import Optional, Type

__all__ = [
    "ArtifactInterfaceError",
    "ArtifactStoreInterfaceError",
    "AuthorizationException",
    "DoesNotExistException",
    "DuplicatedConfigurationError",
    "EngineUnavailableError",
    "EntityCreationError",
    "EntityExistsError",
    "HookValidationException",
    "HydrationError",
    "IllegalOperationError",
    "InitializationException",
    "InputResolutionError",
    "MaterializerInterfaceError",
    "NotFoundError",
    "PipelineInterfaceError",
    "RunInterruptedException",
    "RunStoppedException",
    "SettingsResolvingError",
    "StackComponentInterfaceError",
    "StackValidationError",
    "StepContextError",
    "StepInterfaceError",
    "UnsupportedFeatureError",
    "ValidationError",
    "ZenKeyError",
    "ZenMLBaseException",
    "exception_class",
]


class ZenMLBaseException(Exception):
    """Root of the exceptions that are no built-in ones.

    Args:
        message: What happened.
        url: Where to read more; appended to the message.
    """

    def __init__(self, message: Optional[str] = None, url: Optional[str] = None) -> None:
        text = message or ""
        if url:
            text = f"{text} For more information, visit {url}.".strip()
        super().__init__(text)


class AuthorizationException(ZenMLBaseException):
    """Something wants a server and a login, neither of which exist here."""


class DoesNotExistException(ZenMLBaseException):
    """Something that was named does not exist."""


class StepInterfaceError(ZenMLBaseException):
    """A step was declared or called in a way that can't work."""


class MaterializerInterfaceError(ZenMLBaseException):
    """A materializer was declared in a way that can't work."""


class StepContextError(ZenMLBaseException):
    """The step context has no answer, such as a model where none was configured."""


class PipelineInterfaceError(ZenMLBaseException):
    """A pipeline was declared or called in a way that can't work."""


class ArtifactInterfaceError(ZenMLBaseException):
    """An artifact was used in a way that can't work."""


class ArtifactStoreInterfaceError(ZenMLBaseException):
    """A path lies outside the artifact store."""


class StackComponentInterfaceError(ZenMLBaseException):
    """Stack components are not part of an embedded executor."""


class StackValidationError(ZenMLBaseException):
    """Stacks are not part of an embedded executor."""


class InitializationException(ZenMLBaseException):
    """The workspace can't be used as it is."""


class EntityExistsError(ZenMLBaseException):
    """Something with the same name or version exists already."""


class EntityCreationError(ZenMLBaseException, RuntimeError):
    """Something couldn't be created."""


class DuplicatedConfigurationError(ZenMLBaseException):
    """One setting was given twice."""


class IllegalOperationError(ZenMLBaseException):
    """The operation is not allowed in the present state."""


class SettingsResolvingError(ZenMLBaseException):
    """A settings key has no meaning."""


class InputResolutionError(ZenMLBaseException):
    """An input of a step couldn't be resolved."""


class HydrationError(ZenMLBaseException):
    """The details of a response couldn't be loaded."""


class ValidationError(ZenMLBaseException):
    """A value is not what is expected."""


class HookValidationException(ZenMLBaseException):
    """A hook function has a signature that can't be called."""


class RunStoppedException(ZenMLBaseException):
    """The run was stopped by its user."""


class RunInterruptedException(ZenMLBaseException):
    """The run was interrupted."""


class ZenKeyError(KeyError):
    """A `KeyError` that shows its message as text, without quotes around it. Raised when a name is ambiguous."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return self.message


class NotFoundError(KeyError):
    """A `KeyError` for what doesn't exist, whose message reads as text."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return self.message


class UnsupportedFeatureError(ZenMLBaseException, NotImplementedError):
    """A feature of ZenML that Headrace doesn't have; the message names it and the way out."""


class EngineUnavailableError(ZenMLBaseException, ConnectionError):
    """No Headrace engine answers; the message says how to get one."""


def exception_class(name: Optional[str]) -> Type[Exception]:
    """The class behind the `pythonType` that an answer of the engine carries.

    Args:
        name: Name of a built-in exception or of one in this module; None when the engine named none.

    Returns:
        The class; `RuntimeError` for a name that is unknown.
    """
    if name == "KeyError":
        return NotFoundError
    found = globals().get(name or "") or getattr(builtins, name or "", None)
    if isinstance(found, type) and issubclass(found, Exception):
        return found
    return RuntimeError
