"""Loggers, as code that uses ZenML gets them."""

from __future__ import annotations

import logging
import sys

__all__ = ["get_logger"]


class _Console(logging.Handler):
    """Writes to what stderr is at the moment (a step's log, while one runs), as long as nobody has configured logging."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write the message, unless handlers of the user's own will."""
        if logging.getLogger().handlers:
            return
        try:
            print(self.format(record), file=sys.stderr)
        except (OSError, ValueError, AttributeError):
            # Without a place to write to, there is nothing to say.
            return


_console = _Console()


def get_logger(logger_name: str) -> logging.Logger:
    """A logger of Python's own, whose messages from INFO on are shown; they are part of a step's log like what it prints.

    Args:
        logger_name: Its name.
    """
    logger = logging.getLogger(logger_name)
    if logger.level == logging.NOTSET:
        logger.setLevel(logging.INFO)
    if _console not in logger.handlers:
        logger.addHandler(_console)
    return logger
