"""What packages are installed by, where that isn't the name they are imported by."""

from __future__ import annotations

__all__ = ["distribution_of"]

_DISTRIBUTIONS = {
    "sklearn": "scikit-learn",
    "PIL": "pillow",
    "cv2": "opencv-python",
    "yaml": "PyYAML",
    "bs4": "beautifulsoup4",
    "skimage": "scikit-image",
    "dotenv": "python-dotenv",
    "dateutil": "python-dateutil",
    "attr": "attrs",
    "fitz": "PyMuPDF",
    "Crypto": "pycryptodome",
}


def distribution_of(module: str) -> str:
    """The name that pip knows a top-level module by."""
    return _DISTRIBUTIONS.get(module, module)
