"""Spark in local mode for tests: one small session, quiet; without Java they are skipped and say so."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from ivig_core.lazy import library

sql = library("pyspark.sql")

QUICK = {
    "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
"""Nothing is compiled that is used once: half the processor time of a session that lives for a minute."""


def java() -> str:
    """Where Java is; without it the test is skipped, or fails where REQUIRE_JAVA=1."""
    home = os.environ.get("JAVA_HOME")
    found = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    if found:
        return found
    reason = "NO JAVA: nothing ran on Spark. Install Debian's openjdk-17-jre-headless or set JAVA_HOME."
    if os.environ.get("REQUIRE_JAVA") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


@contextmanager
def local_spark(folder: Path, memory: str = "1g", **settings: str) -> Iterator[Any]:
    """A session on two cores of this machine, stopped at the end; what Java says goes to a file in `folder`.

    Two partitions: what is added up over a cluster is added up here too. `settings`: more of Spark's.
    """
    java()
    settings = settings | {
        "spark.driver.memory": memory,
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.session.timeZone": "UTC",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
    }
    log = folder / "java.txt"
    builder = sql.SparkSession.builder.master("local[2]").appName("tests").config(map=settings)
    with _errors_to(log):
        session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


@contextmanager
def _errors_to(log: Path) -> Iterator[None]:
    """What a process that is started now writes to its standard error goes to a file, as long as that process lives."""
    kept = os.dup(2)
    with log.open("w") as file:
        os.dup2(file.fileno(), 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
