"""Following what a step's function uses, through the objects that are there once its module has been imported.

Objects say exactly what a name means (re-exports, decorators, closures and factories resolve by themselves); the digest of
each comes from its source. Modules that a function imports when it runs, and values that are no plain data, are followed
through their source alone (:mod:`headrace._reach.static`).
"""

from __future__ import annotations

import ast
import functools
import itertools
import sys
import types
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterable, List, Mapping, Optional, Tuple

from headrace import _code, _paths
from headrace._reach import static
from headrace._reach.facts import Facts, digest_of, facts_of, function_facts
from headrace._reach.objects import (
    both,
    cells,
    class_source,
    full_name,
    function_name,
    is_users_module,
    loaded_name,
    shown_module,
    signature_names,
    used_names,
)
from headrace._reach.packages import package_of, version_of
from headrace._reach.sources import Sources, Texts
from headrace._reach.values import digest_of_data

if TYPE_CHECKING:
    from headrace.config.cache_policy import CachePolicy
    from headrace.steps.base_step import BaseStep

__all__ = ["reach"]

Components = Dict[Tuple[str, str], str]
_MOST_MEMBERS = 1_000


def reach(
    step: "BaseStep",
    policy: Optional["CachePolicy"] = None,
    materializers: Optional[Mapping[Any, Any]] = None,
    environment: Optional[Mapping[str, Any]] = None,
    sources: Optional[Sources] = None,
) -> List[Dict[str, str]]:
    """The code components of a step: itself first, then what it reaches, by kind and name.

    Args:
        step: The step.
        policy: Its cache policy, which may name files and code besides.
        materializers: Materializers that the user chose for its outputs.
        environment: Environment variables that are configured for it.
        sources: Is given the texts of what is found.

    Raises:
        ValueError: A file that the policy names is missing.
        RuntimeError: The policy's function failed or answered no text.
    """
    from headrace._reach.extras import policy_components

    walk = _Walk()
    walk.step(step)
    for chosen in (materializers or {}).values():
        for kind in chosen if isinstance(chosen, (list, tuple)) else [chosen]:
            walk.materializer(kind)
    if policy is not None:
        walk.components.update(policy_components(policy, walk.follow))
    for name, value in (environment or {}).items():
        walk.components[("extra", f"environment.{name}")] = digest_of([str(value)])
    walk.run()
    if sources is not None:
        for component, text in walk.texts.items():
            sources.add(walk.components[component], text)
    first, *rest = [*walk.components.items()]
    return [
        {"kind": kind, "name": name, "digest": digest} for (kind, name), digest in [first, *sorted(rest)]
    ]


class _Walk:
    """A work list over objects and names that are reached."""

    def __init__(self) -> None:
        self.components: Components = {}
        self.texts = Texts()
        self._todo: List[Callable[[], None]] = []
        self._seen: Dict[int, Any] = {}
        self._seen_names: set[Tuple[str, str]] = set()

    def run(self) -> None:
        while self._todo:
            self._todo.pop()()

    def step(self, step: "BaseStep") -> None:
        """The step's own code, without its decorators, docstring and comments."""
        from headrace._spec import source_path

        source = step.source_object
        name = source_path(source)
        if isinstance(source, type):
            self._class(source, kind="step", name=name)
            return
        inner = _code.unwrap(source)
        self._function(inner, kind="step", name=name, decorators=False)
        # What wraps the function (decorators below `@step`) is reached like anything else.
        if inner is not source:
            self.follow(source)

    def materializer(self, kind: Any) -> None:
        """A materializer that the user chose: the class, or its import path."""
        if isinstance(kind, str):
            from headrace.materializers.registry import materializer_registry

            kind = materializer_registry.resolve(kind)
        if isinstance(kind, type):
            name = f"{kind.__module__}.{kind.__qualname__}"
            package = package_of(kind.__module__)
            if is_users_module(kind.__module__):
                self._class(kind, kind="materializer", name=name)
            elif package is not None:
                self._package(package)

    def follow(self, value: Any, owner: Optional[Mapping[str, Any]] = None, name: str = "") -> None:
        """Put a value on the list; `owner` and `name` say which global it is, if it is one."""
        self._todo.append(lambda: self._value(value, owner, name))

    def _value(self, value: Any, owner: Optional[Mapping[str, Any]], name: str) -> None:
        from headrace.pipelines.pipeline_definition import Pipeline
        from headrace.steps.base_step import BaseStep

        if isinstance(value, (BaseStep, Pipeline)):
            self.follow(value.source_object)
        elif isinstance(value, types.FunctionType):
            self._function(value)
        elif isinstance(value, types.MethodType):
            self.follow(value.__func__)
            self.follow(type(value.__self__) if not isinstance(value.__self__, type) else value.__self__)
            self._statements(owner, name)
        elif isinstance(value, functools.partial):
            self._partial(value, owner, name)
        elif isinstance(value, type):
            self._class(value)
        elif isinstance(value, types.ModuleType):
            self._module(value, EVERYTHING_USED)
        else:
            self._other(value, owner, name)

    def _function(
        self, func: Any, kind: str = "function", name: Optional[str] = None, decorators: bool = True
    ) -> None:
        if id(func) in self._seen:
            return
        self._seen[id(func)] = func
        code = getattr(func, "__code__", None)
        if code is None or not _paths.is_users(code.co_filename) and kind != "step":
            self._foreign(func)
            return
        node = _code.node_of(func)
        facts = facts_of(node, decorators) if node is not None else function_facts(code)
        full = name or function_name(func)
        self.components[(kind, full)] = both(self.components.get((kind, full)), facts.digest)
        parsed = _code.parse_file(code.co_filename, func.__globals__)
        # The definition of a step holds its text already.
        if node is not None and parsed is not None and kind != "step":
            self.texts.add((kind, full), parsed, [node])
        self._names(facts, func.__globals__, cells(func), used_names(code) | signature_names(node))
        self._captured(func, full)

    def _captured(self, func: Any, full: str) -> None:
        """Values of closures and defaults: what a factory has put into its function."""
        values = dict(cells(func))
        defaults = func.__defaults__ or ()
        values.update({f"default {index}": value for index, value in enumerate(defaults)})
        values.update(func.__kwdefaults__ or {})
        for variable, value in values.items():
            digest = digest_of_data(value)
            if digest is not None:
                key = ("constant", f"{full}.{variable}")
                self.components[key] = both(self.components.get(key), digest)
            elif value is not func:
                self.follow(value)

    def _names(
        self, facts: Facts, namespace: Mapping[str, Any], around: Mapping[str, Any], used: Optional["set[str]"]
    ) -> None:
        """What the names of a piece of code mean where it was defined."""
        local = self._imports(facts, str(namespace.get("__package__") or ""))
        for name in facts.names if used is None else facts.names & used:
            if name in around or name in local:
                continue
            if name in namespace:
                self._global(namespace, name, facts.chains.get(name, EVERYTHING_USED))

    def _global(self, namespace: Mapping[str, Any], name: str, chains: Iterable[Tuple[str, ...]]) -> None:
        value = namespace[name]
        if isinstance(value, types.ModuleType):
            self._module(value, chains)
        else:
            self.follow(value, namespace, name)

    def _module(self, module: types.ModuleType, chains: Iterable[Tuple[str, ...]]) -> None:
        """A module by what is used of it: ``helpers.clean`` reaches `clean`, not the rest of `helpers`."""
        if not is_users_module(module.__name__):
            package = package_of(module.__name__)
            if package is not None:
                self._package(package)
            return
        chains = set(chains)
        # `helpers.clean` is read as the use of `helpers` alone, too: only when nothing longer is used, that is meant.
        for chain in chains - {()} or {()}:
            if not chain:
                self._static(module.__name__, static.EVERYTHING)
            elif chain[0] in vars(module):
                self._attribute(module, chain)
            else:
                self._static(f"{module.__name__}.{chain[0]}", chain[1] if len(chain) > 1 else static.EVERYTHING)

    def _attribute(self, module: types.ModuleType, chain: Tuple[str, ...]) -> None:
        value = vars(module)[chain[0]]
        if isinstance(value, types.ModuleType):
            self._module(value, {chain[1:]})
        else:
            self.follow(value, vars(module), chain[0])

    def _class(self, cls: type, kind: str = "class", name: Optional[str] = None) -> None:
        if id(cls) in self._seen:
            return
        self._seen[id(cls)] = cls
        if not is_users_module(cls.__module__):
            package = package_of(cls.__module__)
            if package is not None:
                self._package(package)
            return
        full = name or full_name(cls)
        parsed, node = class_source(cls)
        namespace = getattr(sys.modules.get(cls.__module__), "__dict__", {})
        if parsed is not None and node is not None:
            facts = facts_of(node)
            self.components[(kind, full)] = both(self.components.get((kind, full)), facts.digest)
            self.texts.add((kind, full), parsed, [node])
            self._names(facts, namespace, {}, None)
        for base in cls.__bases__:
            self.follow(base)
        for member in vars(cls).values():
            inner = getattr(member, "__func__", member)
            if isinstance(inner, types.FunctionType) and (node is None or inner.__closure__):
                self._captured(inner, f"{full}.{inner.__name__}")
                if node is None:
                    self.follow(inner)

    def _other(self, value: Any, owner: Optional[Mapping[str, Any]], name: str) -> None:
        """Data by value; other objects by the class they have and the statements that made them."""
        module = str(owner.get("__name__", "")) if owner is not None else ""
        digest = digest_of_data(value) if name else None
        if digest is not None:
            component = ("constant", f"{shown_module(module)}.{name}")
            self.components[component] = digest
            self._written(component, module, name)
            return
        wrapped = getattr(value, "__wrapped__", None)
        if callable(wrapped):
            self.follow(wrapped)
        self.follow(type(value))
        if isinstance(value, (dict, list, tuple, set, frozenset)):
            self._members(value)
        package = package_of(getattr(value, "__module__", None) or type(value).__module__)
        if package is not None:
            self._package(package)
        self._statements(owner, name)

    def _written(self, component: Tuple[str, str], module: str, name: str) -> None:
        """What the source says of a constant; its value may be a secret, and is nowhere but in the digest."""
        path = static.find_source(module)
        source = static.module_source(path) if path is not None else None
        statements = source.of(name) if source is not None else []
        if source is not None and not any(isinstance(one, (ast.Import, ast.ImportFrom)) for one in statements):
            self.texts.add(component, source.parsed, statements)

    def _statements(self, owner: Optional[Mapping[str, Any]], name: str) -> None:
        """The statements that gave a global its value, where the value itself doesn't say enough."""
        module = str(owner.get("__name__", "")) if owner is not None else ""
        if name and is_users_module(module):
            self._static(module, name)

    def _partial(self, value: "functools.partial[Any]", owner: Optional[Mapping[str, Any]], name: str) -> None:
        """A function with some of its arguments: those that are data by value."""
        self.follow(value.func)
        self._statements(owner, name)
        arguments: Dict[str, Any] = {str(index): given for index, given in enumerate(value.args)}
        for argument, given in {**arguments, **value.keywords}.items():
            digest = digest_of_data(given)
            if digest is None:
                self.follow(given)
                continue
            key = ("constant", f"{full_name(value.func)}.argument {argument}")
            self.components[key] = both(self.components.get(key), digest)

    def _members(self, container: Any) -> None:
        """Functions and classes that were put into a registry, also by decorators."""
        members = container.values() if isinstance(container, dict) else container
        for member in itertools.islice(members, _MOST_MEMBERS):
            if isinstance(member, (types.FunctionType, types.MethodType, type, functools.partial)):
                self.follow(member)

    def _foreign(self, func: Any) -> None:
        """A function of a package; it may wrap one of the user's."""
        package = package_of(getattr(func, "__module__", None))
        if package is not None:
            self._package(package)
        for value in (getattr(func, "__wrapped__", None), *cells(func).values()):
            if isinstance(value, (types.FunctionType, types.MethodType, type, functools.partial)):
                self.follow(value)

    def _imports(self, facts: Facts, package: str) -> "set[str]":
        """Imports inside of the code itself; answers the names that they bind."""
        bound = set()
        for found in facts.imports:
            bound.add(found.alias)
            module = static.resolve_import(found, package)
            if found.name is None:
                chains = facts.chains.get(found.alias, EVERYTHING_USED)
                self._import_module(found.module, chains)
            else:
                self._import_name(module, found.name)
        return bound

    def _import_module(self, module: str, chains: Iterable[Tuple[str, ...]]) -> None:
        top = module.partition(".")[0]
        loaded = sys.modules.get(top)
        if loaded is not None:
            self._module(loaded, chains)
        for chain in set(chains) - {()} or {()}:
            self._import_name(module, chain[-1] if chain else static.EVERYTHING)

    def _import_name(self, module: str, name: str) -> None:
        loaded = sys.modules.get(module)
        if loaded is not None and name in vars(loaded):
            self._module(loaded, {(name,)})
        elif static.find_source(f"{module}.{name}") is not None:
            self._static(f"{module}.{name}", static.EVERYTHING)
        else:
            self._static(module, name)

    def _static(self, module: str, name: str) -> None:
        """What a name of a module means, by its source."""
        if (module, name) in self._seen_names:
            return
        self._seen_names.add((module, name))
        path = static.find_source(module)
        source = static.module_source(path) if path is not None else None
        if source is None:
            package = package_of(module)
            if package is not None:
                self._package(package)
            return
        if name not in source.statements and name != static.EVERYTHING:
            if static.find_source(f"{module}.{name}") is not None:
                self._static(f"{module}.{name}", static.EVERYTHING)
            return
        shown = source.name if name == static.EVERYTHING else f"{source.name}.{name}"
        digest = source.digest_of(name)
        if digest is not None:
            component = (source.kind_of(name), shown)
            self.components[component] = digest
            self.texts.add(component, source.parsed, source.of(name))
        for facts in source.facts(name):
            self._static_names(source, facts)

    def _static_names(self, source: static.ModuleSource, facts: Facts) -> None:
        module = loaded_name(source)
        for found in facts.imports:
            target = static.resolve_import(found, source.package)
            if found.name is None:
                self._import_module(found.module, facts.chains.get(found.alias, EVERYTHING_USED))
            else:
                self._import_name(target, found.name)
        for name in facts.names:
            if name in source.statements:
                self._static_use(source, module, name, facts)

    def _static_use(self, source: static.ModuleSource, module: str, name: str, facts: Facts) -> None:
        """A name of the same module: if an import gives it, what is imported is used, and no more."""
        for other in source.facts(name):
            for found in other.imports:
                if found.alias == name and found.name is None:
                    self._import_module(found.module, facts.chains.get(name, EVERYTHING_USED))
                    return
        self._static(module, name)

    def _package(self, package: str) -> None:
        self.components[("package", package)] = version_of(package)


EVERYTHING_USED: "frozenset[Tuple[str, ...]]" = frozenset(((),))
