"""Puts the SDK on the path of tests that use it in their own process."""

from __future__ import annotations

import sys
from pathlib import Path

SDK = str(Path(__file__).resolve().parents[2] / "src" / "runtimes" / "python" / "sdk")
if SDK not in sys.path:
    sys.path.insert(0, SDK)
