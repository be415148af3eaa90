"""Named settings in one file: scenarios to come back to, or to hand to a colleague."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from ivig_core.errors import SpecError
from ivig_core.spec.analysis_spec import SETTINGS, AnalysisSpec

FORMAT, VERSION = "ivig_scenarios", 1
MOST, LONGEST_NAME, MOST_BYTES = 50, 60, 500_000


def to_text(scenarios: Mapping[str, AnalysisSpec]) -> str:
    """The scenarios as JSON: each has its name, and of its settings those that differ from the default."""
    listed = [{"name": name, "spec": _changed(spec)} for name, spec in scenarios.items()]
    return json.dumps({FORMAT: VERSION, "scenarios": listed}, ensure_ascii=False, indent=1)


def from_text(data: bytes) -> tuple[dict[str, AnalysisSpec], list[str]]:
    """Scenarios of a file that `to_text` has written, and a sentence for each that was left out or is not whole.

    Settings of another release that are not known are left at their default, and said.

    Raises
    ------
    SpecError
        for what is no such file.
    """
    if len(data) > MOST_BYTES:
        raise SpecError("scenarios", f"{len(data):,} bytes", f"a file of at most {MOST_BYTES:,} bytes")
    try:
        whole = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise SpecError("scenarios", "this file", "a file saved here (JSON)") from error
    listed = whole.get("scenarios") if isinstance(whole, dict) and whole.get(FORMAT) == VERSION else None
    if not isinstance(listed, list):
        raise SpecError("scenarios", "this file", f"a file saved here (JSON with {FORMAT}: {VERSION})")
    found: dict[str, AnalysisSpec] = {}
    said: list[str] = []
    for place, item in enumerate(listed[:MOST], start=1):
        name, settings = _read(item)
        if settings is None:
            said.append(f"Scenario {place} of the file is not whole and was left out.")
            continue
        spec, errors = AnalysisSpec.collect(settings)
        said += [f"{name}: {error.field} = {_short(error.value)} is not allowed and was left out." for error in errors]
        found[unused(name, found)] = spec
    if len(listed) > MOST:
        said.append(f"The file has {len(listed):,} scenarios; the first {MOST} were taken.")
    return found, said


def unused(name: str, taken: Mapping[str, object]) -> str:
    """The name, with a number where another scenario already has it."""
    short = " ".join(name.split())[:LONGEST_NAME] or "Scenario"
    names = (short, *(f"{short} ({number})" for number in range(2, len(taken) + 3)))
    return next(item for item in names if item not in taken)


def _changed(spec: AnalysisSpec) -> dict[str, Any]:
    whole = spec.to_dict()
    return {name: whole[name] for name in SETTINGS if name in spec.changed}


def _read(item: object) -> tuple[str, dict[str, Any] | None]:
    name = item.get("name") if isinstance(item, dict) else None
    settings = item.get("spec") if isinstance(item, dict) else None
    if not isinstance(name, str) or not isinstance(settings, dict):
        return "", None
    return name, settings


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= LONGEST_NAME else f"{text[:LONGEST_NAME]}…"
