"""The one mechanism by which something is imported only when it is used, so that the first page is there sooner.

A package whose public names come from many files lists them in its `__init__.pyi`, which type checkers read too, and
says `__getattr__, __dir__, __all__ = attach(__name__, __file__)`. A heavy library that few analyses need is named with
`library`. Both go through Python's own import, which is safe when several sessions import at once.
"""

from __future__ import annotations

import ast
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any


def attach(package: str, init: str) -> tuple[Callable[[str], Any], Callable[[], list[str]], list[str]]:
    """`__getattr__`, `__dir__` (PEP 562) and `__all__` of a package, from the imports in the stub beside `init`.

    A name is looked up in its module at the first use. Raises `AttributeError` for any other name.
    """
    where = {
        alias.asname or alias.name: node.module
        for node in ast.parse(Path(init).with_suffix(".pyi").read_text(encoding="utf-8")).body
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }

    def __getattr__(name: str) -> Any:  # noqa: N807 - the name that Python looks for
        if name not in where:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(where[name]), name)
        setattr(sys.modules[package], name, value)
        return value

    def __dir__() -> list[str]:  # noqa: N807
        return sorted({*vars(sys.modules[package]), *where})

    return __getattr__, __dir__, sorted(where)


class _Library(ModuleType):
    """Stands for a module until one of its names is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = getattr(importlib.import_module(self.__name__), name)
        setattr(self, name, value)
        return value


def library(name: str) -> Any:
    """A module that is loaded when its first name is asked for: `library("scipy.optimize").brentq`."""
    return _Library(name)
