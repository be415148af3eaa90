"""A site file: what is in it, what can never be in it, and what is refused when a stranger wrote it."""

from __future__ import annotations

import copy
import json

import numpy as np
import pytest

from ivig_core.disclosure.rule import Rule
from ivig_core.errors import HospitalError, SpecError
from ivig_core.hospitals.pool import pool
from ivig_core.hospitals.read import read_site
from ivig_core.hospitals.request import first_request, request_json
from ivig_core.hospitals.request_read import read_request
from ivig_core.hospitals.summarise import summarise
from ivig_core.spec import AnalysisSpec
from ivig_core.study.study import Study
from tests.core.hospitals.hospitals import RULE, file_of, five, people, sites_of, written
from tests.core.make import Patient, cohort

SPEC = AnalysisSpec().change(adjust_for=("season",))


def numbers(told, name=""):
    """Every number of a JSON object with the name of its field."""
    if isinstance(told, dict):
        for key, value in told.items():
            yield from numbers(value, key)
    elif isinstance(told, list):
        for value in told:
            yield from numbers(value, name)
    elif isinstance(told, int | float) and not isinstance(told, bool):
        yield name, told


@pytest.mark.parametrize("number", [12, 43, 90])
def test_no_small_count_no_date_no_id_and_no_vector_with_an_entry_a_patient(number):
    patients = people(number, number)
    for at, patient in enumerate(patients):
        patient.baseline = {"sex": "female" if at % 2 else "male"}
    told = file_of(Study(cohort(*patients)), SPEC, "A")
    counts = [value for name, value in numbers({name: told[name] for name in ("counts", "periods")})]
    assert all(value >= 8 and value % 5 == 0 for value in counts)
    text = json.dumps(told)
    assert not any(word in text for word in ("P0001", "-01-", "female"))
    lists = [value for model in told["models"] for term in model["terms"] for value in (term["profile"] or {}).values()]
    # The grid is the same for every hospital: its length is no number of patients.
    assert {len(value) for value in lists} <= {161}
    for profile in lists:
        assert all(float(f"{value:.8g}") == value for value in profile)


def test_few_and_none_look_alike():
    def patients(few):
        return [Patient(days=200, doses=[50], infections=[10, 60] if at < few else []) for at in range(30)]

    files = [file_of(Study(cohort(*patients(few))), SPEC, "A") for few in (0, 1, 7)]
    assert files[0] == files[1] == files[2]
    assert all(term["profile"] is None for model in files[0]["models"] for term in model["terms"])
    assert file_of(Study(cohort(*patients(8))), SPEC, "A")["models"][0]["terms"][0]["profile"] is not None
    lower = file_of(Study(cohort(*patients(7))), SPEC, "A", Rule(6))
    assert lower["models"][0]["terms"][0]["profile"] is not None
    remarks = summarise(Study(cohort(*patients(7))), SPEC, RULE, "A").remarks
    assert any("7 patients of this cohort" in remark and "--threshold" in remark for remark in remarks)


def test_infections_of_a_period_are_withheld_where_the_profile_would_complete_them():
    """41 infections on IVIG are of patients with other days too, which their profile tells; with 40, which can be 42 at
    most, one or none would be left for the patient who was always on it."""
    mixed = [Patient(days=200, doses=[50], infections=[10, 55, 60, 70]) for _ in range(13)]
    mixed[0].infections += [56, 57]
    always = Patient(days=20, doses=[0], infections=[5])

    def on_ivig(*patients):
        periods = file_of(Study(cohort(*patients)), SPEC, "A")["periods"]
        return next(row["infections"] for row in periods if row["period"] == "on_ivig")

    assert on_ivig(*mixed, always) is None
    assert on_ivig(*mixed[1:], *[always] * 12) == 50


def test_a_file_comes_back_as_it_was_written():
    site = sites_of([five()[1][0]], SPEC)[0]
    again = read_site(written(file_of(five()[1][0], SPEC, "A")), "A")
    assert (again.name, again.settings, again.counts, again.periods) == (
        site.name, site.settings, site.counts, site.periods
    )  # fmt: skip
    for one, other in zip(site.models, again.models, strict=True):
        assert one.terms[0].alone == other.terms[0].alone
        assert np.array_equal(one.terms[0].part.profile.score, other.terms[0].part.profile.score)


@pytest.fixture(scope="module")
def good():
    return file_of(five()[1][0], SPEC, "A")


def changed(told, place, value):
    """A copy with another value at a place."""
    told = copy.deepcopy(told)
    part = told
    for key in place[:-1]:
        part = part[key]
    part[place[-1]] = value
    return told


TERM = ("models", 0, "terms", 0)
HOSTILE = [
    (("format",), "other", "not a file of a hospital"),
    (("version",), 2, "version 2 of the format"),
    (("definitions", "version"), 0, "version 0 of the definitions"),
    (("definitions", "fingerprint"), "0" * 64, "do not belong together"),
    (("definitions", "settings", "window_days"), 31, "do not belong together"),
    (("definitions", "settings", "window_days"), "lots", "window_days"),
    (("definitions", "settings", "window_days"), [[1]], "window_days"),
    (("definitions", "settings"), {"x": 1}, "setting"),
    (("name",), "A\nB", "one line"),
    (("name",), "A" * 81, "80 characters"),
    (("name",), "\ud800", "no JSON"),
    (("disclosure", "threshold"), 1, "threshold"),
    (("counts", "patients"), -1, "patients"),
    (("counts", "patients"), True, "patients"),
    (("counts", "patients"), 10**400, "patients"),
    (("periods", 0, "period"), "<script>", "a period of these settings"),
    (("grid", "step"), 0.25, "grid"),
    (("models",), [], "models"),
    (("models", 0, "terms"), [], "terms"),
    ((*TERM, "term"), "other", "terms"),
    ((*TERM, "profile", "value"), [0.0] * 161, "values that do not fit"),
    ((*TERM, "profile", "value"), [0.0] * 160, "161 numbers"),
    ((*TERM, "profile", "score", 3), "1", "a number"),
    ((*TERM, "profile", "score", 3), 1e13, "a number"),
    ((*TERM, "profile", "information", 80), 1e5, "fit their slopes"),
    ((*TERM, "profile"), None, "profile"),
    ((*TERM, "informative_patients"), None, "without a number of patients"),
    ((*TERM, "alone", "status"), "fine", "status"),
    ((*TERM, "alone", "log_irr"), "x", "a finite number"),
    ((*TERM, "infections_to_5", "level"), 6, "0 to 5"),
]  # fmt: skip


@pytest.mark.parametrize(("place", "value", "said"), HOSTILE, ids=lambda value: None)
def test_a_file_that_share_did_not_write_is_refused_with_its_place(good, place, value, said):
    with pytest.raises(HospitalError, match=said) as raised:
        read_site(json.dumps(changed(good, place, value)).encode("utf-8", "surrogatepass"), "bad.json")
    assert "bad.json" in str(raised.value)
    assert len(str(raised.value)) < 900


def test_every_field_that_is_missing_is_named(good):
    for name in good:
        if name == "explanation":
            continue
        told = {key: value for key, value in good.items() if key != name}
        with pytest.raises(HospitalError):
            read_site(written(told), "bad.json")


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"nonsense", b"\xff\xfe", b"[" * 100_000, b'{"format": NaN}', b'{"a": Infinity}', b" " * 5_000_001],
    ids=len,
)
def test_bytes_that_are_no_file_of_ours(data):
    for read in (read_site, read_request):
        with pytest.raises(HospitalError, match=r"bad\.json"):
            read(data, "bad.json")


@pytest.mark.parametrize(
    ("place", "value"),
    [(("beta",), [0.0]), (("beta", 0), None), (("round",), 0), (("terms", 0, "status"), "x"), (("factors",), []),
     (("left_out",), [[[9, 9]]]), (("left_out",), [[[0.5, 0]]]), (("last",), {"beta": []}), (("sites",), ["A", "A"]),
     (("screened",), 1), (("terms", 0, "term"), "other")],
)  # fmt: skip
def test_a_question_that_pool_did_not_write_is_refused(place, value):
    told = request_json(first_request(sites_of([five()[1][3]], SPEC)))
    read_request(written(told), "pool.json")
    with pytest.raises(HospitalError, match=r"pool\.json"):
        read_request(written(changed(told, place, value)), "pool.json")


def test_other_definitions_are_refused_and_every_setting_that_differs_is_named():
    _, parts = five()
    sites = [
        *sites_of(parts[:1], SPEC),
        read_site(written(file_of(parts[1], SPEC.change(window_days=28, sites=("urinary",)), "B")), "B"),
        read_site(written(file_of(parts[2], SPEC.change(landmark_day=90, rate_ci="exact"), "C")), "C"),
    ]
    with pytest.raises(HospitalError) as raised:
        pool(sites)
    lines = str(raised.value).splitlines()[1:]
    assert lines == ["window_days: A has 30; B has 28; C has 30", "sites: A has none; B has urinary; C has none"]
    # What changes no number of the files is no matter.
    assert len(pool([sites[0], sites[2]]).sites) == 2


def test_a_hospital_twice_is_refused():
    _, parts = five()
    one, other = sites_of(parts[:2], SPEC)
    again = read_site(written(file_of(parts[0], SPEC, "Z")), "Z")
    with pytest.raises(HospitalError, match="a name of its own"):
        pool([one, other, one])
    with pytest.raises(HospitalError, match="one cohort counts once"):
        pool([one, other, again])
    silent = [read_site(written(file_of(Study(cohort(Patient())), SPEC, name)), name) for name in "XY"]
    assert len(pool([one, *silent]).sites) == 3


@pytest.mark.parametrize("ci_method", ["robust", "firth"])
def test_an_interval_that_does_not_add_up_is_refused_by_its_name(ci_method):
    with pytest.raises(SpecError, match="ci_method"):
        summarise(five()[1][0], SPEC.change(ci_method=ci_method), RULE, "A")
