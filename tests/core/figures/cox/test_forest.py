"""Forest plot of hazard ratios: its texts and places are those of the summary, its finding is counted."""

from __future__ import annotations

import re

import pytest

from ivig_core.figures.cox.forest import cox_forest
from ivig_core.figures.cox.words import HEADING, lines, not_recorded, per, ratio_text, shown
from ivig_core.figures.theme import alt_text, finding
from ivig_core.study.cox.question import CoxQuestion
from ivig_core.study.cox.summary import cox_summary
from ivig_core.study.study import Study
from tests.core.figures.studies import HOSTILE, SPEC, names, reference_study, study, trace
from tests.core.make import Patient, cohort

CHOSEN = ("age", "sex", "index_therapy")


def summary(name="sim43", **question):
    return cox_summary(reference_study(name), SPEC, CoxQuestion(**question))


def plain(texts) -> list[str]:
    return [re.sub("<[^>]*>", "", text) for text in texts]


def test_every_estimate_is_written_and_drawn_in_its_line():
    table = summary(ivig="ivig", covariates=CHOSEN)
    figure = cox_forest(table)
    for number, model in enumerate(("univariable", "multivariable")):
        rows = table.rows[(table.rows["model"] == model) & table.rows["variable"].isin(("ivig", *CHOSEN))]
        wanted = [ratio_text(row) or "reference" for row in rows.to_dict("records")]
        assert plain(trace(figure, f"ratio {number}").text)[1:] == wanted
        drawn = trace(figure, "ratios" if number else "ratios alone")
        assert list(drawn.x) == [row.hr for row in rows.itertuples() if row.status == "ok"]
        # The texts of a line stand between its two marks.
        written = trace(figure, f"ratio {number}")
        heights = dict(zip(plain(written.text), written.y, strict=True))
        for x, y in zip(drawn.x, drawn.y, strict=True):
            row = rows[rows["hr"] == x].iloc[0]
            assert heights[ratio_text(row)] == y + (-0.5 if number else 0.5)


def test_alone_is_hollow_and_adjusted_is_full():
    figure = cox_forest(summary(covariates=CHOSEN))
    assert trace(figure, "ratios alone").marker.color == "#FFFFFF"
    assert trace(figure, "ratios").marker.color == "#1F2A33"


def test_without_a_model_of_several_every_variable_is_drawn_once():
    table = summary()
    figure = cox_forest(table)
    assert "ratios alone" not in names(figure)
    assert "ratio 1" not in names(figure)
    recorded = table.rows[((table.rows["kind"] != "nothing") | (table.rows["patients"] > 0)).to_numpy()]
    assert len([line for line in lines(table) if line.kind != HEADING]) == len(recorded) < len(table.rows)
    assert "iss" in not_recorded(table)


def test_the_reference_level_and_the_unit_are_named():
    made = [re.sub("<[^>]*>", "", line.label) for line in lines(summary(covariates=CHOSEN))]
    assert made[0] == "Age\N{NO-BREAK SPACE}(per 5 years)"
    assert made[1:4] == ["Sex", "male (reference)", "female"]
    assert per("1") == "per 1 more"
    assert per("100 mg/dL") == "per 100 mg/dL"


def test_the_finding_is_the_ratio_of_ivig_where_it_is_asked_for():
    table = summary(ivig="on_ivig", covariates=CHOSEN)
    row = table.rows[(table.rows["model"] == "multivariable") & (table.rows["kind"] == "ivig")].iloc[0]
    text = ratio_text(row)
    assert finding(cox_forest(table)) == f"No clear difference on IVIG: hazard ratio {text}, adjusted for 3 variables"
    alone = summary("sim500", ivig="on_ivig")
    text = ratio_text(alone.rows[(alone.rows["kind"] == "ivig").to_numpy()].iloc[0])
    assert finding(cox_forest(alone)) == f"Lower hazard on IVIG: hazard ratio {text}"


def test_else_the_finding_counts():
    table = summary("sim500", first_ivig=True)
    known = table.rows[(table.rows["status"] == "ok").to_numpy()]
    apart = ((known["ci_low"] > 1) | (known["ci_high"] < 1)).sum()
    said = finding(cox_forest(table))
    assert said.startswith(f"{apart} of {len(known)} " if apart else f"None of {len(known)} ")


def test_a_line_without_any_estimate_says_why_in_its_place():
    data = [
        Patient(days=80 + i, infections=[40 + i], baseline={"sex": "male", "age": 50.0 + 7 * i % 5}) for i in range(6)
    ]
    table = cox_summary(study(*data), SPEC, CoxQuestion())
    figure = cox_forest(table)
    reasons = plain(trace(figure, "reasons").text)[1:]
    assert "all have the same value: male" in reasons
    assert "without an estimate" in alt_text(figure)


@pytest.mark.parametrize(
    "patients", [[Patient(days=1)], [Patient(days=90, doses=[3])] * 3, [Patient(days=50, infections=[10])]]
)
def test_nothing_to_estimate_is_said_in_words(patients):
    for question in (CoxQuestion(ivig="on_ivig"), CoxQuestion(first_ivig=True, covariates=("age",))):
        figure = cox_forest(cox_summary(Study(cohort(*patients)), SPEC, question))
        assert finding(figure).startswith("No hazard ratio can be estimated")


def test_a_ratio_of_zero_has_its_limit_and_an_arrow():
    data = [
        Patient(days=80 + i, infections=[40 + i] if i % 3 else [], baseline={"sex": ["female", "male"][i % 3 > 0]})
        for i in range(12)
    ]
    figure = cox_forest(cox_summary(study(*data), SPEC, CoxQuestion()))
    assert "triangle-left" in names(figure)
    assert trace(figure, "ratio 0").text[2].startswith("0.00 (0.00–")
    assert "no patient had an infection or death in this level" in trace(figure, "ratio 0").hovertext[2]
    assert trace(figure, "ratios").x == ()


def test_very_many_variables_are_left_to_the_table():
    # As many levels of the user's own as the study gives, and those of the format beside them: more than fit.
    data = [
        Patient(
            days=80 + i, infections=[40 + i],
            baseline={f"own{name}": f"level {(i * name + i // 3) % 6}" for name in range(1, 11)}
            | {"sex": ["female", "male"][i % 2], "iss": ["I", "II", "III"][i % 3], "r_iss": ["I", "II"][i // 2 % 2]},
        )
        for i in range(30)
    ]  # fmt: skip
    table = cox_summary(study(*data), SPEC, CoxQuestion())
    figure = cox_forest(table)
    rows = trace(figure, "behind").text
    assert len(rows) <= 61
    left = int(re.search(r"(\d+) more variables? in the table", figure.layout.meta["detail"])[1])
    assert left == len(set(table.rows["variable"]) - set(shown(table)["variable"]) - set(not_recorded(table)))
    assert left > 0
    assert len(set(shown(cox_summary(study(*data), SPEC, CoxQuestion(covariates=("own1", "own2"))))["variable"])) == 2


def test_names_and_levels_of_a_file_are_only_text():
    data = [Patient(days=80 + i, infections=[40 + i], baseline={HOSTILE: [HOSTILE, "other"][i % 2]}) for i in range(12)]
    figure = cox_forest(cox_summary(Study(cohort(*data)), SPEC, CoxQuestion()))
    sent = figure.to_json()
    assert "<a " not in sent
    assert "\\u003ca" not in sent.lower()
    assert "$E$" not in sent


def test_larger_type_before_a_room():
    table = summary(covariates=CHOSEN)
    small, large = cox_forest(table), cox_forest(table, presentation=True)
    assert trace(small, "behind").textfont.size >= 13
    assert trace(large, "behind").textfont.size >= 18
    assert large.layout.height > small.layout.height
