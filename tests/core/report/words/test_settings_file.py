"""The settings file: the same analysis after a round trip through the command line's own reader."""

from __future__ import annotations

from hypothesis import given, settings

from ivig_core.commands.options.settings import read_spec
from ivig_core.report.words.settings_file import settings_file
from ivig_core.study.analysis import analyse
from ivig_core.study.analysis_json import to_json
from tests.core.persontime.strategies import specs
from tests.core.report.made import OWN, study


@settings(max_examples=30)
@given(specs())
def test_a_spec_is_the_same_after_a_round_trip(tmp_path_factory, spec):
    path = tmp_path_factory.getbasetemp() / "settings.json"
    spec = spec.change(where="iss=II|III; age>=65", within="igg:<700; phase:progressive", survival_group=OWN)
    path.write_bytes(settings_file(spec))
    assert read_spec(str(path), []) == spec


def test_the_file_gives_the_same_tables(tmp_path):
    path = tmp_path / "settings.json"
    spec = read_spec(None, ["window_days=21", "where=age>=60", "min_grade=1", f"survival_group={OWN}"])
    path.write_bytes(settings_file(spec))
    here, again = (to_json(analyse(study("many"), item, ("rates", "sccs", "survival"))) for item in
                   (spec, read_spec(str(path), [])))  # fmt: skip
    assert here == again
