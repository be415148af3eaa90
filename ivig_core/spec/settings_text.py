"""A settings file: settings as flat JSON and, where its writer has one, the protocol that they stand beside."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from ivig_core.errors import SpecError, SpecListError
from ivig_core.spec.analysis_spec import AnalysisSpec
from ivig_core.spec.protocol import PROTOCOL, Protocol

MOST_BYTES = 1_000_000
FILE = "settings file"


class Asked(NamedTuple):
    """The settings of a file, and its protocol; None where it has none."""

    spec: AnalysisSpec
    protocol: Protocol | None


def asked_of(told: Mapping[str, Any], changes: Mapping[str, Any]) -> Asked:
    """What a settings file asks for: the primary analysis of its protocol, changed by the settings beside it, and these
    by `changes`. Without a protocol: its settings, the others at their default.

    Raises `SpecListError` with everything that is not allowed.
    """
    settings, protocol, errors = dict(told), None, list[SpecError]()
    if PROTOCOL in settings:
        try:
            protocol = Protocol.from_dict(settings.pop(PROTOCOL))
        except SpecListError as found:
            errors += found.errors
    base = protocol.primary.to_dict() if protocol is not None else {}
    spec, more = AnalysisSpec.collect({**base, **settings, **changes})
    if errors or more:
        raise SpecListError([*errors, *more])
    return Asked(spec, protocol)


def from_text(data: bytes) -> Asked:
    """What the bytes of a settings file ask for; `SpecListError` for what is none, and for all that is not allowed."""
    if len(data) > MOST_BYTES:
        raise _no_file(f"{len(data):,} bytes", f"a file of at most {MOST_BYTES:,} bytes")
    try:
        told = json.loads(data.decode("utf-8-sig"))
        # A half of a letter is text to JSON and can be written nowhere.
        json.dumps(told, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise _no_file("this file", "a settings file in JSON, as it is saved here") from None
    if not isinstance(told, dict):
        raise _no_file("this file", "a JSON object of settings")
    return asked_of(told, {})


def to_text(spec: AnalysisSpec, protocol: Protocol | None = None) -> bytes:
    """The settings as JSON, with the protocol that they stand beside; `from_text` gives both back."""
    told = {**spec.to_dict(), **({PROTOCOL: protocol.to_dict()} if protocol is not None else {})}
    return _written(told)


def protocol_text(protocol: Protocol) -> bytes:
    """A protocol alone: as a settings file it asks for its primary analysis."""
    return _written({PROTOCOL: protocol.to_dict()})


def _written(told: dict[str, Any]) -> bytes:
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def _no_file(value: object, allowed: str) -> SpecListError:
    return SpecListError([SpecError(FILE, value, allowed)])
