"""What is said of an analysis beside the user's protocol: as in it, or what differs."""

from __future__ import annotations

from ivig_core.spec.analysis_spec import AnalysisSpec
from ivig_core.spec.protocol import Protocol
from ivig_core.spec.words import WORDS, text_of

DATED = "The protocol is dated by its author: the day is claimed here, not proven."
NO_PROTOCOL = "No protocol was given: nothing here was prespecified."
MOST_TOLD = 6


def called(protocol: Protocol) -> str:
    """`protocol of 2026-03-01`, with its title where it has one."""
    title = f" (“{protocol.title}”)" if protocol.title else ""
    return f"protocol of {protocol.day.isoformat()}{title}"


def difference(spec: AnalysisSpec, protocol: Protocol, name: str) -> str:
    """One setting that differs: `Days a dose counts 45 instead of 30`."""
    now, then = (text_of(name, settings.get(name)) for settings in (spec, protocol.primary))
    return f"{WORDS[name].label}: {now} instead of {then}"


def standing(spec: AnalysisSpec, protocol: Protocol) -> str:
    """Whether an analysis is that of the protocol, and in what it is another."""
    names = protocol.differing(spec)
    if not names:
        return f"As in the {called(protocol)}."
    told = [difference(spec, protocol, name) for name in names[:MOST_TOLD]]
    more = f"; and {len(names) - MOST_TOLD} more" if len(names) > MOST_TOLD else ""
    return f"Differs from the {called(protocol)} in {'; '.join(told)}{more}."
