"""Errors of a registry that are not the user's."""

from __future__ import annotations

from ivig_core.errors import IvigError


NO_JAVA = (
    "Java did not start. Spark needs Java 17 or newer (Debian: openjdk-17-jre-headless), on the PATH or by JAVA_HOME."
)


class MissingEngineError(IvigError):
    """The machine lacks what an engine needs."""

    def __init__(self, engine: str, reason: str) -> None:
        super().__init__(f"The engine {engine} cannot be started here: {reason}")
