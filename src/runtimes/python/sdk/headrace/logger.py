"""Loggers, as code that uses ZenML gets them."""

from __future__ import annotations

import logging

__all__ = ["get_logger"]


def get_logger(logger_name: str) -> logging.Logger:
    """A logger of Python's own; what it writes is part of the step's output like everything else.

    Args:
        logger_name: Its name.
    """
    return logging.getLogger(logger_name)
