"""scikit-learn estimators: parameters, what fitting found, and the tree of nested steps."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, Tuple

from headrace.previews.plain import clip, plain_json, safe_repr

__all__ = ["preview_estimator", "special", "summarize_estimator"]

_MOST_CHILDREN = 50
_DEEPEST = 6
_MOST_FITTED = 60


def special(value: Any) -> Optional[Tuple[str, Callable[[], Dict[str, Any]]]]:
    """Summary line and preview of an estimator; None for other things of the library."""
    if not hasattr(value, "get_params") or isinstance(value, type):
        return None
    return summarize_estimator(value), lambda: preview_estimator(value)


def summarize_estimator(estimator: Any) -> str:
    """The class with the parameters that differ from their defaults: `RandomForestClassifier(n_estimators=10)`."""
    name = type(estimator).__name__
    steps = getattr(estimator, "steps", None)
    if isinstance(steps, list) and all(isinstance(step, tuple) and len(step) >= 2 for step in steps):
        return clip(f"{name}({' → '.join(type(step[1]).__name__ for step in steps)})", 120)
    changed = _changed_parameters(estimator)
    return clip(f"{name}({', '.join(f'{key}={_short(value)}' for key, value in changed.items())})", 120)


def preview_estimator(estimator: Any) -> Dict[str, Any]:
    """The `estimator` preview of src/core/preview.ts."""
    tree = _node(type(estimator).__name__, estimator, _DEEPEST)
    return {
        "kind": "estimator",
        "className": type(estimator).__name__,
        "module": type(estimator).__module__,
        "parameters": tree["parameters"],
        "fitted": _fitted(estimator),
        "steps": tree["children"],
        "text": "\n".join(_diagram(tree)),
    }


def _parameters(estimator: Any) -> Dict[str, Any]:
    try:
        return dict(estimator.get_params(deep=False))
    except Exception:
        return {}


def _changed_parameters(estimator: Any) -> Dict[str, Any]:
    import inspect

    try:
        defaults = {name: p.default for name, p in inspect.signature(type(estimator).__init__).parameters.items()}
    except (TypeError, ValueError):
        defaults = {}
    # Parameters that come through **kwargs have no default but None.
    return {key: value for key, value in _parameters(estimator).items() if not _same(value, defaults.get(key))}


def _same(value: Any, default: Any) -> bool:
    if value is default:
        return True
    try:
        return type(value) is type(default) and (bool(value == default) or (value != value and default != default))
    except Exception:
        return False


def _is_estimator(value: Any) -> bool:
    return hasattr(value, "get_params") and not isinstance(value, type)


def _node(name: str, estimator: Any, depth: int) -> Dict[str, Any]:
    parameters = _parameters(estimator)
    children = _children(estimator, parameters) if depth > 0 else []
    nested = {id(child) for _, child in children}
    shown = {key: _short_json(value) for key, value in parameters.items() if id(value) not in nested and key not in _LISTS}
    return {
        "name": name,
        "className": type(estimator).__name__,
        "parameters": shown,
        "children": [_node(label, child, depth - 1) for label, child in children[:_MOST_CHILDREN]],
    }


#: Parameters that hold named estimators.
_LISTS = ("steps", "transformers", "transformer_list", "estimators")


def _children(estimator: Any, parameters: Dict[str, Any]) -> List[Tuple[str, Any]]:
    found: List[Tuple[str, Any]] = []
    for key, value in parameters.items():
        if _is_estimator(value):
            found.append((key, value))
        elif key in _LISTS and isinstance(value, (list, tuple)):
            for entry in value:
                if isinstance(entry, tuple) and len(entry) >= 2 and _is_estimator(entry[1]):
                    found.append((str(entry[0]), entry[1]))
    return found


def _fitted(estimator: Any) -> List[Dict[str, str]]:
    """Attributes that fitting set: their names end with an underscore by the library's convention."""
    from headrace.previews.values import summarize

    answer: List[Dict[str, str]] = []
    for name, value in vars(estimator).items():
        if name.endswith("_") and not name.startswith("_") and len(answer) < _MOST_FITTED:
            small = getattr(value, "size", 99) <= 10 and hasattr(value, "tolist")
            text = clip(str(plain_json(value)), 200) if small else summarize(value)
            answer.append({"name": name, "summary": text})
    return answer


def _diagram(node: Dict[str, Any], indent: str = "", mark: str = "") -> List[str]:
    label = node["className"] if node["name"] == node["className"] else f"{node['name']}: {node['className']}"
    lines = [f"{mark}{label}"]
    for at, child in enumerate(node["children"]):
        last = at == len(node["children"]) - 1
        lines += _diagram(child, indent + ("   " if last else "│  "), indent + ("└─ " if last else "├─ "))
    return lines


def _short(value: Any) -> str:
    return clip(f"{type(value).__name__}(…)" if _is_estimator(value) else safe_repr(value, 60), 60)


def _short_json(value: Any) -> Any:
    if _is_estimator(value):
        return summarize_estimator(value)
    if callable(value) and hasattr(value, "__name__"):
        return f"{value.__name__}()"
    return plain_json(value, 50, 300, 4)
