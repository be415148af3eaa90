"""Cohort files for tests of the app, as the text a user would upload."""

from __future__ import annotations

from collections.abc import Iterable

COLUMNS = (
    "patient_id", "record", "start", "end", "age", "sex", "iss", "grade", "pathogen", "analyte", "value", "unit",
    "phase", "died_on", "ward",
)  # fmt: skip
LAST = 400


def row(patient: str, record: str, start: object, end: object = "", **more: object) -> dict[str, object]:
    return {"patient_id": patient, "record": record, "start": start, "end": end, **more}


def person(name: str, last: int = LAST, **baseline: object) -> dict[str, object]:
    return row(name, "patient", 0, last, **baseline)


def text(rows: Iterable[dict[str, object]], columns: tuple[str, ...] = COLUMNS, separator: str = ",") -> str:
    lines = [separator.join(columns)]
    lines += [separator.join(_quoted(item.get(name, "")) for name in columns) for item in rows]
    return "\n".join(lines) + "\n"


def _quoted(value: object) -> str:
    cell = str(value)
    return '"' + cell.replace('"', '""') + '"' if any(sign in cell for sign in ',;"\n') else cell


def people(count: int, **baseline: object) -> list[dict[str, object]]:
    ages = (55, 68, 71, 80)
    return [
        person(f"P{number:03}", age=ages[number % 4], sex=("female", "male")[number % 2], **baseline)
        for number in range(count)
    ]


def infections(count: int, days: Iterable[int]) -> list[dict[str, object]]:
    return [
        row(
            f"P{number:03}",
            "infection",
            day + number,
            grade=1 + number % 4,
            pathogen=("viral", "bacterial")[number % 2],
        )
        for number in range(count)
        for day in days
    ]


def doses(count: int, days: Iterable[int]) -> list[dict[str, object]]:
    return [row(f"P{number:03}", "ivig", day) for number in range(count) for day in days]


def one_patient() -> str:
    return text([person("P000", age=70, sex="male"), *doses(1, (100, 130)), *infections(1, (20, 80, 110, 300))])


def no_infections() -> str:
    return text([*people(6), *doses(4, (50, 80, 110))])


def no_ivig() -> str:
    """Nobody is ever exposed."""
    return text([*people(6), *infections(6, (20, 90, 200))])


def all_on_ivig() -> str:
    """Every day of follow-up is inside a window."""
    return text([*people(5), *doses(5, range(0, LAST, 28)), *infections(5, (20, 90, 200))])


def nobody_infected_on_ivig() -> str:
    return text([*people(6), *doses(6, (200, 230)), *infections(6, (20, 60, 120))])


def one_day() -> str:
    """Follow-up of one day, with a dose and an infection on it."""
    return text([person("P000", 0), row("P000", "ivig", 0), row("P000", "infection", 0, grade=3)])


def ordinary(count: int = 12) -> str:
    """Doses in the middle, infections on both sides, progression in some, IgG in all."""
    phases = [row(f"P{number:03}", "phase", 150, 260, phase="progressive") for number in range(0, count, 3)]
    labs = [
        row(f"P{number:03}", "lab", 10, analyte="igg", value=150 + 90 * number, unit="mg/dL") for number in range(count)
    ]
    return text(
        [
            *people(count, ward="north wing"),
            *doses(count, (180, 210, 240)),
            *infections(count, (20, 90, 190, 330)),
            *phases,
            *labs,
        ]
    )


def many(count: int) -> str:
    """Two thirds on IVIG; infections, progression and ends of follow-up spread over the patients."""
    stages = ("I", "II", "III", "")
    rows: list[dict[str, object]] = []
    for number in range(count):
        name, last = f"P{number:05}", 200 + 7 * number % 500
        rows.append(
            person(name, last, age=40 + number % 50, sex=("female", "male")[number % 2], iss=stages[number % 4])
        )
        first = 11 * number % 150
        if number % 3:
            rows += [row(name, "ivig", day) for day in range(first, last, 28)]
        early, late = 5 + 13 * number % 150, 160 + 17 * number % 40
        rows += [
            row(name, "infection", day, grade=1 + (number + day) % 4, pathogen=("viral", "bacterial")[number % 2])
            for day in (early, late)[: number % 3]
        ]
        if not number % 5:
            rows.append(row(name, "phase", 100, 150, phase="progressive"))
    return text(rows)


ODD = {
    "one patient": one_patient,
    "no infections": no_infections,
    "no IVIG": no_ivig,
    "all follow-up on IVIG": all_on_ivig,
    "no infection on IVIG": nobody_infected_on_ivig,
    "one day": one_day,
    "ordinary": ordinary,
}
