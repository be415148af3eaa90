"""Files of hospitals taken in: each is read by itself, and one that does not fit leaves the others as they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from hashlib import blake2b

from ivig_core.errors import HospitalError, IvigError, shortened
from ivig_core.figures.words import shorten
from ivig_core.hospitals.agree import check_together
from ivig_core.hospitals.definitions import differing
from ivig_core.hospitals.fields import MOST_BYTES
from ivig_core.hospitals.read import read_site
from ivig_core.hospitals.site import Site
from ivig_core.spec import AnalysisSpec
from ivig_core.spec.words import WORDS, text_of
from pages.hospitals import held
from pages.hospitals.held import Loaded
from pages.shell.panel import log_defect

MOST_TOGETHER = 20_000_000
"""Bytes of all files of a session: they are about 10 kB each."""
LONGEST_NAME = 60
SIMULATED_GONE = "The simulated hospitals were taken away: they are never put together with others."


def take(given: Sequence[tuple[str, bytes]]) -> list[str]:
    """Read files and keep those that fit together; what is to be said of the others, a sentence or two each."""
    said: list[str] = []
    read = [one for name, data in given if (one := _read(shorten(name, LONGEST_NAME), data, said))]
    kept = list(held.files())
    if held.simulated() and any(not held.is_synthetic(one.site) for one in read):
        kept = []
        said.append(SIMULATED_GONE)
    if not kept:
        read = _commonest_first(read)
    for one in read:
        try:
            check_fits(one, kept)
        except IvigError as reason:
            said.append(str(reason))
        else:
            kept.append(one)
    held.keep(tuple(kept))
    return said


def _read(name: str, data: bytes, said: list[str]) -> Loaded | None:
    """One file; None, and a sentence in `said`, where it is none of ours."""
    try:
        if len(data) > MOST_BYTES:
            raise HospitalError(f"{name}: {len(data):,} bytes are more than a file of a hospital has ({MOST_BYTES:,})")
        return Loaded(name, blake2b(data, digest_size=16).hexdigest(), len(data), read_site(data, name))
    except IvigError as reason:
        said.append(str(reason))
    except Exception as defect:
        number = log_defect("a file of a hospital", defect)
        said.append(f"{name} could not be read. This is a defect of the program. Error id: {number}")
    return None


def _commonest_first(read: Sequence[Loaded]) -> list[Loaded]:
    """The files, those with the settings that most of them have first, simulated ones last: it is the odd one that is
    refused."""
    settings = [repr(one.site.settings) for one in read]
    number = Counter(settings)
    order = sorted(range(len(read)), key=lambda at: (held.is_synthetic(read[at].site), -number[settings[at]]))
    return [read[at] for at in order]


def check_fits(one: Loaded, kept: Sequence[Loaded]) -> None:
    """Raise `HospitalError`, which names the file and what can be done, where a file cannot be put to others."""
    if kept and held.is_synthetic(one.site) != held.is_synthetic(kept[0].site):
        raise HospitalError(f"{one.file} is of simulated patients, which are never put together with others.")
    for other in kept:
        if other.digest == one.digest:
            raise HospitalError(f"{one.file} is the same file as {other.file}, which is loaded: it counts once.")
        if other.site.name == one.site.name:
            raise HospitalError(
                f"{one.file}: a file of {one.site.name!r} is loaded already ({other.file}). Remove that one first to "
                "replace it; if they are two hospitals, make one of the files again under another name."
            )
    if kept and (lines := _differences(one, kept)):
        raise HospitalError(
            f"{one.file} ({one.site.name}) has other definitions. {' '.join(lines)} Make the file again with the "
            "settings of the others, or remove those."
        )
    if sum(item.size for item in (one, *kept)) > MOST_TOGETHER:
        raise HospitalError(f"{one.file} was not taken: all files together may have {MOST_TOGETHER:,} bytes.")
    try:
        check_together([*(item.site for item in kept), one.site])
    except HospitalError as reason:
        raise HospitalError(f"{one.file}: {reason}. It was not taken.") from None


def _differences(one: Loaded, kept: Sequence[Loaded]) -> list[str]:
    """Every setting that differs, with the value in this file and in the others."""
    first = kept[0].site
    who = f"in {first.name}" if len(kept) == 1 else f"in the {len(kept)} others"
    names = [name for name, *_ in differing(first.settings, one.site.settings)]
    return [f"{label_of(name)}: here {_value(name, one.site)}, {who} {_value(name, first)}." for name in names]


def _value(name: str, site: Site) -> str:
    text = text_of(name, AnalysisSpec.from_dict(site.settings).get(name))
    return str(shortened(text))


def label_of(name: str) -> str:
    """What a setting is called."""
    return WORDS[name].label if name in WORDS else name.replace("_", " ")
