"""For the data protection officer: what is in a file, what is not, what can be learned at worst; the file itself."""

from __future__ import annotations

import pyarrow as pa
import streamlit as st

from ivig_core.disclosure.rule import Rule
from ivig_core.figures.hospitals.tables import parts_of
from ivig_core.figures.words import shorten_apart
from ivig_core.hospitals.site import Site
from ivig_core.hospitals.summarise import summarise
from pages.hospitals import held, make
from pages.shell import exhibit, say, session
from pages.shell.escape import escape_markdown
from pages.shell.panel import guard

BOX, CHOICE = "hospital_parts", "hospital_parts_of"
TITLE = "For the data protection officer"
POINTS = (
    ("In a file:", "the settings; counts of patients, infections and days, small ones withheld and others rounded; for "
     "each ratio on IVIG its log-likelihood at fixed ratios, the ratio of the hospital by itself, and infections on "
     "and off IVIG counted to 5 and no further. With adjusters also the names of what is compared, such as half-years "
     "or bands of time."),
    ("Not in a file:", "no row, no date of anything, no id, no age, no dose, no free text but the name of the "
     "hospital; no list with an entry a patient."),
    ("At worst:",
     "the log-likelihood tells exactly, also where it is small or 0, how many infections of patients with days "
     "both on and off IVIG came on IVIG and how many off it; and roughly how the shares of days on IVIG are spread"
     " over these patients. Tried with 8 of them, the share and the infections of about one patient in eight were "
     "found, with 21 of one in twenty, in a cohort of 43 (31 of them such patients) of none. Not who they are, "
     "when they were treated or infected, or their ages, diseases and drugs. With fewer of them than the threshold"
     " there is no log-likelihood, and the file does not tell whether there are few or none; a higher threshold "
     "makes it harder."),
    ("Once for a study:", "two files of one cohort, of a later date or under another filter, differ by the patients in "
     "whom they differ: treat a second file like rows of data."),
    ("For whom:", "the one who pools the hospitals, and nobody else. Nothing is sent by this program: the file is "
     "downloaded, read, and sent by the hospital itself."),
)  # fmt: skip
NOT_SHARED = "Share mode: files of single hospitals are not shown part by part."
NOTHING = "Load a file above, or choose a cohort, and a file is shown here part by part."
WOULD, MADE_HERE = "this cohort, as its file would be", "the file made above"
NAME_CHARS = 60


def panel() -> None:
    """What is in a file, what is not, what can be learned at worst; a box with the very file in words."""
    say.heading(TITLE)
    say.points(POINTS)
    box = st.expander("The file, part by part", key=BOX, on_change="rerun", icon=":material/table_view:")
    # A table of a closed box is not made.
    if box.open:
        with box, guard("the file"):
            _parts()


def _parts() -> None:
    if session.sharing():
        say.note(NOT_SHARED)
        return
    offered = _offered()
    if not offered:
        say.note(NOTHING)
        return
    if st.session_state.get(CHOICE) not in offered:
        st.session_state[CHOICE] = next(iter(offered))
    names = dict(zip(offered, shorten_apart(offered.values(), NAME_CHARS), strict=True))
    key = st.selectbox("File of", list(offered), key=CHOICE, format_func=lambda of: escape_markdown(names[of]))
    site = _site(str(key))
    if site is not None:
        parts = parts_of(site)
        say.table(say.texts({name: parts[name].tolist() for name in parts}, pa.table))
        exhibit.download("hospital_file", parts)


def _offered() -> dict[str, str]:
    """What can be looked at, by key: the file made here, else what would be made; then the files loaded."""
    current = session.current()
    own = {}
    if make.made() is not None:
        own = {MADE_HERE: MADE_HERE}
    elif current is not None and len(current.study.cohort(session.spec())):
        own = {WOULD: WOULD}
    return {**own, **{item.digest: item.site.name for item in held.files()}}


def _site(key: str) -> Site | None:
    found, current, spec = make.made(), session.current(), session.spec()
    if key == MADE_HERE and found is not None:
        return found.site
    if key == WOULD and current is not None:
        study, name = current.study, make.named(current.name, current.study)
        return session.once(
            "file of a hospital", spec, make=lambda: summarise(study, spec, Rule(make.DEFAULT - 1), name)
        )
    return next((item.site for item in held.files() if item.digest == key), None)
