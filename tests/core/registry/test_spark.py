"""Spark has the numbers of `analyze`: many settings at once in memory, and a fit of which each step is a query."""

from __future__ import annotations

import pytest

from ivig_core.__main__ import main
from ivig_core.cohort.read import read_cohort
from ivig_core.registry import engine as engines
from ivig_core.registry.engine import SPARK, opened
from ivig_core.samples import sample_file
from ivig_core.study.study import Study
from tests.core.registry.same import BY_QUERY, apart, odd_people, studied, written
from tests.spark import QUICK, java, local_spark

MANY = {
    "window_cuts": (14,),
    "dose_day": "excluded",
    "pre_exposure_days": 30,
    "adjust_for": "phase,season,time",
    "episode_gap_days": 14,
    "where": "age>=45",
}


@pytest.fixture(scope="module")
def spark(tmp_path_factory):
    """The session of a person who then asks for a registry."""
    with local_spark(tmp_path_factory.mktemp("spark"), **QUICK) as session:
        yield session


@pytest.fixture
def engine(spark):
    with opened(SPARK, "") as engine:
        yield engine
        assert engine.lent
        ours = engine.folder.name.replace("-", "_")
        assert ours in views(spark)
    assert ours not in views(spark)


def views(session) -> str:
    """Names of the views of a session."""
    return " ".join(session.sql("show views").toArrow().column("viewName").to_pylist())


def test_odd_patients_under_many_settings_at_once(engine, tmp_path):
    people = odd_people(7)
    assert apart(engine, written(people, tmp_path / "tables"), studied(people, tmp_path), **MANY) == []


def test_each_step_of_a_fit_can_be_a_query_and_the_session_stays(engine, spark, tmp_path):
    people = read_cohort(sample_file("known_truth")).checked()
    assert apart(engine, written(people, tmp_path / "tables"), Study(people), BY_QUERY, min_grade=3) == []
    assert spark.sql("select 1 one").toArrow().to_pylist() == [{"one": 1}]


def test_a_machine_without_java_is_told_what_to_install(monkeypatch, tmp_path, capsys):
    class Builder:
        def getOrCreate(self):  # noqa: N802 - Spark's name
            raise engines.spark_errors.PySparkRuntimeError("Java gateway process exited")

        def config(self, *setting):
            return self

        appName = config  # noqa: N815

    class Session:
        builder = Builder()

        @staticmethod
        def getActiveSession():  # noqa: N802
            return None

    monkeypatch.setattr(engines.spark_sql, "SparkSession", Session)
    assert main(["registry", str(tmp_path), "--engine", "spark"]) == 3
    assert "openjdk-17-jre-headless" in capsys.readouterr().err


def test_without_java_nothing_is_passed_over_in_silence(monkeypatch, tmp_path):
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setenv("REQUIRE_JAVA", "0")
    with pytest.raises(pytest.skip.Exception, match="NO JAVA"):
        java()
    monkeypatch.setenv("REQUIRE_JAVA", "1")
    with pytest.raises(pytest.fail.Exception, match="NO JAVA"):
        java()
