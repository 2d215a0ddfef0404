"""Which materializer reads and writes which type (zenml-semantics §5.3)."""

from __future__ import annotations

import importlib
import os
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple, Type

from headrace.exceptions import MaterializerInterfaceError, StepInterfaceError

if TYPE_CHECKING:
    from headrace.materializers.base import BaseMaterializer

__all__ = ["MaterializerRegistry", "import_object", "import_path", "materializer_registry"]

_HERE = "headrace.materializers"
#: Set to true, paths are values like any other and their files stay where they are (zenml-semantics §5.3).
_NO_PATHS = "ZENML_DISABLE_PATH_MATERIALIZER"

#: Types of the language itself. Only exact: a subclass would come back as its base.
_EXACT: Dict[type, Tuple[str, str]] = {
    **{kind: ("builtin", "BuiltInMaterializer") for kind in (bool, int, float, str, type(None))},
    **{kind: ("containers", "BuiltInContainerMaterializer") for kind in (dict, list, tuple, set, frozenset)},
    bytes: ("builtin", "BytesMaterializer"),
    bytearray: ("builtin", "BytesMaterializer"),
}

#: Types of libraries, by root package and class name, so that knowing them imports nothing.
_LIBRARY: Dict[Tuple[str, str], Tuple[str, str]] = {
    ("headrace", "HTMLString"): ("structured", "StructuredStringMaterializer"),
    ("headrace", "MarkdownString"): ("structured", "StructuredStringMaterializer"),
    ("headrace", "CSVString"): ("structured", "StructuredStringMaterializer"),
    ("headrace", "JSONString"): ("structured", "StructuredStringMaterializer"),
    ("pathlib", "PurePath"): ("paths", "PathMaterializer"),
    ("uuid", "UUID"): ("standard", "UUIDMaterializer"),
    ("datetime", "datetime"): ("standard", "TimeMaterializer"),
    ("datetime", "date"): ("standard", "TimeMaterializer"),
    ("datetime", "time"): ("standard", "TimeMaterializer"),
    ("datetime", "timedelta"): ("standard", "TimeMaterializer"),
    ("pydantic", "BaseModel"): ("pydantic_models", "PydanticMaterializer"),
    ("numpy", "ndarray"): ("numpy_arrays", "NumpyMaterializer"),
    ("numpy", "generic"): ("numpy_arrays", "NumpyMaterializer"),
    ("pandas", "DataFrame"): ("pandas_frames", "PandasMaterializer"),
    ("pandas", "Series"): ("pandas_frames", "PandasMaterializer"),
    ("polars", "DataFrame"): ("polars_frames", "PolarsMaterializer"),
    ("polars", "Series"): ("polars_frames", "PolarsMaterializer"),
    ("scipy", "spmatrix"): ("scipy_sparse", "SparseMaterializer"),
    ("scipy", "sparray"): ("scipy_sparse", "SparseMaterializer"),
    ("sklearn", "BaseEstimator"): ("sklearn_models", "SklearnMaterializer"),
    ("PIL", "Image"): ("pillow_images", "PillowImageMaterializer"),
    ("matplotlib", "Figure"): ("matplotlib_figures", "MatplotlibMaterializer"),
    ("plotly", "BaseFigure"): ("plotly_figures", "PlotlyMaterializer"),
    ("torch", "Module"): ("torch_modules", "PyTorchModuleMaterializer"),
    ("torch", "Tensor"): ("torch_modules", "PyTorchTensorMaterializer"),
    ("torch", "DataLoader"): ("torch_modules", "PyTorchDataLoaderMaterializer"),
    ("torch", "Dataset"): ("torch_modules", "PyTorchDataLoaderMaterializer"),
    ("xgboost", "Booster"): ("xgboost_models", "XgboostBoosterMaterializer"),
    ("xgboost", "DMatrix"): ("xgboost_models", "XgboostDMatrixMaterializer"),
    ("lightgbm", "Booster"): ("lightgbm_models", "LightGBMBoosterMaterializer"),
    ("lightgbm", "Dataset"): ("lightgbm_models", "LightGBMDatasetMaterializer"),
    ("keras", "Model"): ("keras_models", "KerasMaterializer"),
    ("datasets", "Dataset"): ("hf_datasets", "HFDatasetMaterializer"),
    ("datasets", "DatasetDict"): ("hf_datasets", "HFDatasetMaterializer"),
    ("transformers", "PreTrainedModel"): ("hf_transformers", "HFPretrainedMaterializer"),
    ("transformers", "PreTrainedTokenizerBase"): ("hf_transformers", "HFPretrainedMaterializer"),
}


def import_path(kind: type) -> str:
    """The import path of a class, such as `numpy.ndarray`; what manifests call a data type or a materializer."""
    return f"{kind.__module__}.{kind.__qualname__}"


class MaterializerRegistry:
    """Finds the materializer of a type: the type itself, then its bases in the order of inheritance."""

    def __init__(self) -> None:
        self.materializer_types: Dict[Type[Any], Type["BaseMaterializer"]] = {}
        self._by_path: Dict[str, Type["BaseMaterializer"]] = {}

    def register_materializer_type(self, key: Type[Any], type_: Type["BaseMaterializer"]) -> None:
        """Registers a materializer for a type that has none yet; built-in ones count.

        Defining the same class again (a notebook cell, a reloaded module) replaces its former self.

        Args:
            key: The type.
            type_: The materializer class.
        """
        if not _is_user_defined(type_):
            return  # Found by name, when a value of the type turns up.
        present = self.materializer_types.get(key) or self._builtin(key)
        if present is None or import_path(present) == import_path(type_):
            self.materializer_types[key] = type_

    def register_and_overwrite_type(self, key: Type[Any], type_: Type["BaseMaterializer"]) -> None:
        """Registers a materializer for a type in place of whatever was used before."""
        self.materializer_types[key] = type_

    def get_materializer_types(self) -> Dict[Type[Any], Type["BaseMaterializer"]]:
        """All types registered so far with their materializers."""
        return self.materializer_types

    def is_registered(self, key: Type[Any]) -> bool:
        """Whether the type has a materializer better than pickling."""
        return bool(self._candidates(key))

    def get_default_materializer(self) -> Type["BaseMaterializer"]:
        """The materializer of types that nothing else knows."""
        return _load("pickles", "CloudpickleMaterializer")

    def __getitem__(self, key: Type[Any]) -> Type["BaseMaterializer"]:
        """The materializer of a type.

        Raises:
            StepInterfaceError: Two unrelated bases have different materializers, one of them user-defined.
        """
        candidates = self._candidates(key)
        if not candidates:
            return self.get_default_materializer()
        first, found = candidates[0]
        if first is key:
            return found
        rivals = [
            (base, other)
            for base, other in candidates[1:]
            if other is not found and not any(issubclass(nearer, base) for nearer, _ in candidates if nearer is not base)
        ]
        if rivals and any(_is_user_defined(other) for _, other in [(first, found), *rivals]):
            bases = ", ".join(f"{base.__name__} ({other.__name__})" for base, other in [(first, found), *rivals])
            raise StepInterfaceError(
                f"Type {import_path(key)!r} could be written by several materializers: {bases}. "
                f"Name one with @step(output_materializers=...), or register one for {key.__name__} itself."
            )
        return found

    def remember(self, type_: Type["BaseMaterializer"]) -> None:
        """Notes a materializer class, so that payloads find it again by its import path."""
        self._by_path[import_path(type_)] = type_

    def resolve(self, path: str) -> Type["BaseMaterializer"]:
        """The materializer class behind an import path.

        Raises:
            MaterializerInterfaceError: It can't be imported, or is no materializer.
        """
        found = self._by_path.get(path) or import_object(path) or self._namesake(path)
        if found is None:
            raise MaterializerInterfaceError(
                f"Materializer {path!r} can't be imported. Import the module that defines it before loading, "
                f"or run from the folder that holds it."
            )
        if not _is_materializer(found):
            raise MaterializerInterfaceError(f"{path!r} is no materializer: it must be a subclass of BaseMaterializer.")
        return found

    def _namesake(self, path: str) -> Optional[Type["BaseMaterializer"]]:
        """A script is `__main__` when it runs and has its own name when it is imported: the class is the same."""
        module, _, name = path.rpartition(".")
        matches = [type_ for known, type_ in self._by_path.items() if known.rpartition(".")[2] == name]
        in_script = [type_ for type_ in matches if "__main__" in (module, type_.__module__)]
        return in_script[-1] if in_script else None

    def _candidates(self, key: Type[Any]) -> List[Tuple[type, Type["BaseMaterializer"]]]:
        if not isinstance(key, type):
            raise TypeError(f"A materializer is looked up by a class, not by {key!r}.")
        found: List[Tuple[type, Type["BaseMaterializer"]]] = []
        for base in key.__mro__:
            type_ = self.materializer_types.get(base) or self._library(base)
            if type_ is not None and not (base in _EXACT and base is not key):
                found.append((base, type_))
        if not found and key in _EXACT:
            found.append((key, _load(*_EXACT[key])))
        return found

    def _builtin(self, key: type) -> Optional[Type["BaseMaterializer"]]:
        return _load(*_EXACT[key]) if key in _EXACT else self._library(key)

    def _library(self, base: type) -> Optional[Type["BaseMaterializer"]]:
        place = _LIBRARY.get((str(base.__module__).partition(".")[0], base.__name__))
        if place is None or (place[0] == "paths" and os.environ.get(_NO_PATHS, "").lower() in ("1", "true", "yes")):
            return None
        try:
            found = _load(*place)
        except ImportError:
            # A module of the user's that is called like a library.
            return None
        return found if issubclass(base, found.ASSOCIATED_TYPES) else None


def _load(module: str, name: str) -> Type["BaseMaterializer"]:
    return getattr(importlib.import_module(f"{_HERE}.{module}"), name)  # type: ignore[no-any-return]


def import_object(path: str) -> Optional[Any]:
    """The object at a dotted path, trying shorter module names for nested classes."""
    parts = path.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        try:
            found: Any = importlib.import_module(".".join(parts[:cut]))
        except ImportError as error:
            if error.name is not None and not path.startswith(error.name):
                raise
            continue
        for part in parts[cut:]:
            found = getattr(found, part, None)
        return found
    return None


def _is_materializer(found: Any) -> bool:
    from headrace.materializers.base import BaseMaterializer

    return isinstance(found, type) and issubclass(found, BaseMaterializer)


def _is_user_defined(type_: type) -> bool:
    return not type_.__module__.startswith(_HERE)


materializer_registry = MaterializerRegistry()
