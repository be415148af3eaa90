"""SAS files (transport .xpt and .sas7bdat) as a sheet of cells, days as ISO dates, the labels of columns kept."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ivig_core.cohort.formats.grid import Grid, coded
from ivig_core.cohort.formats.typed import cell_text
from ivig_core.cohort.reading.gate import Limits, RefusedError, check_cells
from ivig_core.cohort.reading.raw import RawColumn
from ivig_core.lazy import library

pyreadstat = library("pyreadstat")

_TRANSPORT = (b"HEADER RECORD*******LIBRARY HEADER", b"HEADER RECORD*******LIBV8   HEADER")
_MEMBERS = (b"HEADER RECORD*******MEMBER  HEADER", b"HEADER RECORD*******MEMBV8  HEADER")
_DATA_SET = bytes(12) + b"\xc2\xea\x81\x60\xb3\x14\x11\xcf\xbd\x92\x08\x00\x09\xc7\x31\x8c\x18\x1f\x10\x11"
_Reader = Callable[..., tuple[pd.DataFrame, Any]]


def is_sas(data: bytes) -> bool:
    """Whether a file begins like one of SAS's."""
    return data.startswith((*_TRANSPORT, _DATA_SET))


def read_sas(data: bytes, name: str, limits: Limits) -> Grid:
    """The table with the names of its columns as line 1; `RefusedError` where it is damaged or too large.

    The reader needs a path: the bytes are written to a private file that is gone before anything else happens.
    """
    tables = max(data.count(mark) for mark in _MEMBERS) if data.startswith(_TRANSPORT) else 1
    if tables > 1:
        raise RefusedError(
            "many_tables", f"The SAS transport file holds {tables:,} tables; one a file is read.",
            "Export each table to a file of its own, and load them as a ZIP.",
        )  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="ivig-") as folder:
        path = Path(folder) / "table"
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
        frame, about = _read(path, data, name, limits)
    columns = tuple(_column(frame.iloc[:, at], str(header)) for at, header in enumerate(frame.columns))
    labels = {str(header): label for header, label in (about.column_names_to_labels or {}).items() if label}
    return Grid(name, columns, np.arange(1, len(frame) + 2), labels=labels, header=1)


def _read(path: Path, data: bytes, name: str, limits: Limits) -> tuple[pd.DataFrame, Any]:
    reader: _Reader = pyreadstat.read_xport if data.startswith(_TRANSPORT) else pyreadstat.read_sas7bdat
    where = f"The table “{name[:60]}”"
    try:
        _, about = reader(path, metadataonly=True)
        width = len(about.column_names)
        check_cells(about.number_rows or 0, width, where, limits)
        most = min(limits.max_rows, limits.max_cells // max(width, 1))
        frame, about = _decoded(reader, path, most + 1)
    except (pyreadstat.ReadstatError, pyreadstat.PyreadstatError, UnicodeError, ValueError, OverflowError, MemoryError):
        raise RefusedError(
            "damaged", "The file begins like a SAS file, but is damaged or incomplete.", "Copy or export it again."
        ) from None
    check_cells(len(frame), width, where, limits)
    return frame, about


def _decoded(reader: _Reader, path: Path, rows: int) -> tuple[pd.DataFrame, Any]:
    try:
        return reader(path, row_limit=rows)
    except UnicodeError:
        return reader(path, row_limit=rows, encoding="WINDOWS-1252")


def _column(column: pd.Series, header: str) -> RawColumn:
    codes, distinct = pd.factorize(column.to_numpy(object), use_na_sentinel=True)
    texts = [cell_text(value) for value in distinct]
    codes = np.where(codes < 0, len(texts), codes) + 1
    return coded(np.concatenate([[0], codes]), [header, *texts, ""])
