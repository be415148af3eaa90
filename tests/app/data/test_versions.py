"""A corrected file says what it changed, and nothing of the version before outlives its removal."""

from __future__ import annotations

from pages.data.quality import CHOICE, TABS
from pages.shell.session import CHANGES
from tests.app import files


def test_what_a_second_version_changed_until_the_first_one_is_removed(start):
    text = files.ordinary()
    app = start().upload(text, "north.csv")
    assert "What changed since" not in app.said, "before it there was a sample only"
    app.upload(text.replace("P003,", "=P099,"), "north.csv")
    assert "11 patients in both, 1 added, 1 gone." in app.said
    assert "Rate ratio on IVIG with the settings in force:" in app.said
    listed = next(item.value for item in app.test.dataframe if "Column" in item.value and "Day" in item.value)
    assert dict(zip(listed["Patient"], listed["What"], strict=True)) == {
        "P003": "patient gone",
        "=P099": "patient added",
    }
    kinds = next(item.value for item in app.test.dataframe if "of patients gone" in item.value).set_index("Kind")
    assert kinds.loc["Infections", ["Before", "of patients gone", "of patients added", "Now"]].tolist() == [
        48,
        4,
        4,
        48,
    ]
    state = app.test.session_state
    assert CHANGES in state
    first = next(key for key, held in state["shelf"].items() if not held.sample)
    app.test.selectbox(key="cohort_choice").select(first).run()
    app.test.button(key="forget").click().run()
    app.sound()
    assert CHANGES not in app.test.session_state
    assert "What changed since" not in app.said
    app.upload(text.replace("P0", "Q0"), "south.csv")
    assert "there is nothing to compare" in app.said


def test_every_figure_of_plausibility_is_made_when_its_tab_is_open(start):
    app = start().upload(files.ordinary(), "north.csv")
    titles = set()
    for name in TABS:
        app.test.session_state[CHOICE] = name
        app.run()
        (figure,) = app.figures
        titles.add(figure.layout.title.text)
    assert len(titles) == len(TABS)
