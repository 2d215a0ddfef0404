"""Cancelling: one KeyboardInterrupt in the main thread while it runs user code, and none at other times."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager
from typing import Any, Dict, Iterator

__all__ = ["Interrupts"]


class Interrupts:
    """Turns SIGINT and ``cancel`` into a single KeyboardInterrupt per request.

    Both may come for one cancel, and a second KeyboardInterrupt would hit user code while it cleans up.
    """

    def __init__(self) -> None:
        self._armed = False
        #: Whether the request that is being answered, or was answered last, has been interrupted.
        self.interrupted = False

    def install(self) -> Any:
        """Take over SIGINT; again before each request, as user code may have taken it for itself.

        Returns:
            Who had it before; None in threads, which signals don't reach.
        """
        if threading.current_thread() is not threading.main_thread():
            return None
        return signal.signal(signal.SIGINT, self._on_signal)

    @contextmanager
    def armed(self) -> Iterator[None]:
        """While user code runs; afterwards SIGINT belongs to whom it belonged before."""
        before = self.install()
        self.interrupted = False
        self._armed = True
        try:
            yield
        finally:
            self._armed = False
            if before is not None:
                signal.signal(signal.SIGINT, before)

    def mark(self, result: Dict[str, Any]) -> Dict[str, Any]:
        """Say in an ``ExecuteResult`` that the step was cancelled; that it then raised KeyboardInterrupt is no failure."""
        if self.interrupted:
            result["cancelled"] = True
            if (result["failure"] or {}).get("type") == "KeyboardInterrupt":
                result["failure"] = None
        return result

    def interrupt(self) -> None:
        """Interrupt the main thread, from any thread."""
        if not self._armed or self.interrupted:
            return
        main = threading.main_thread().ident
        if os.name == "nt" or main is None:
            import _thread

            _thread.interrupt_main()
        else:
            # Unlike `interrupt_main`, a real signal ends a system call that blocks.
            signal.pthread_kill(main, signal.SIGINT)

    def _on_signal(self, _number: int, _frame: Any) -> None:
        if self._armed and not self.interrupted:
            self.interrupted = True
            raise KeyboardInterrupt
