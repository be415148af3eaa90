"""Further texts that mean “not known” in a file of ours, as the user names them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ivig_core.cohort.columns import BY_NAME
from ivig_core.cohort.problems import Findings
from ivig_core.cohort.reading.raw import RawColumn, RawTable

_NEVER = ("patient_id", "record")


def without_missing(table: RawTable, missing: Iterable[str], findings: Findings) -> RawTable:
    """`table` with the cells blank that hold one of the texts `missing` (case and white space around it do not matter);
    a grade becomes `unknown`. Ids and kinds of facts stay. A note says how many cells."""
    words = pa.array(sorted({word.strip().lower() for word in missing} - {""}), pa.string())
    if not len(words):
        return table
    columns = dict(table.columns)
    cells = 0
    for name, raw in table.columns.items():
        hit = pc.is_in(pc.utf8_lower(raw.arrow_stripped), value_set=words)
        if name in _NEVER or not pc.any(hit).as_py():
            continue
        cells += int(hit.to_numpy(zero_copy_only=False)[raw.codes].sum())
        columns[name] = _blanked(raw, hit, "unknown" if name in BY_NAME and BY_NAME[name].type == "grade" else "")
    findings.notes.append(f"{cells:,} cells were read as not known, as asked with {', '.join(words.to_pylist())}.")
    return replace(table, columns=columns)


def _blanked(raw: RawColumn, hit: pa.Array, by: str) -> RawColumn:
    """A column with other texts in place of some, every distinct text held once and the empty one last."""
    texts = pc.if_else(hit, by, raw.arrow_texts)
    encoded = pa.chunked_array([texts, pa.array([""], pa.string())]).combine_chunks().dictionary_encode()
    distinct, code = encoded.dictionary, encoded.indices.to_numpy(zero_copy_only=False)
    order = np.append(np.delete(np.arange(len(distinct)), code[-1]), code[-1])
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    codes = place[code[:-1]][raw.codes]
    empty = int((codes == len(order) - 1).sum())
    if not empty:
        order = order[:-1]
    return RawColumn(codes.astype(np.min_scalar_type(-len(order) - 1)), distinct.take(pa.array(order)), empty)
