"""Several rows of a file that are one fact: the patient of many visits, the dose of many bags."""

from __future__ import annotations

import numpy as np
import pandas as pd

from ivig_core.cohort.columns import BY_NAME


def one_each(frame: pd.DataFrame) -> pd.DataFrame:
    """One fact per patient of many rows: the earliest start, the last end, else the first value that is filled.

    Rows without an id stay a fact each, so that the checks name them.
    """
    known = frame.replace("", None)
    codes = _codes(frame["patient_id"])
    gathered = known.groupby(codes, sort=False).first()
    for name, last in (("start", False), ("end", True)):
        if name in frame.columns:
            gathered[name] = _outermost(frame[name], codes, last=last)
    return gathered[list(frame.columns)].fillna("").reset_index(drop=True)


def joined_pieces(frame: pd.DataFrame) -> pd.DataFrame:
    """What several tables tell of each patient as one fact. Tables that say different things of a patient stay apart,
    so that the checks name the patient who comes twice."""
    told = frame.replace("", None).groupby("patient_id", sort=False)
    names = [name for name in frame.columns if name in BY_NAME and BY_NAME[name].allowed]
    differ = told[names].nunique().gt(1).any(axis=1) if names else pd.Series(dtype=bool)
    apart = frame["patient_id"].isin(differ.index[differ]).to_numpy() & (frame["patient_id"] != "").to_numpy()
    return pd.concat([one_each(frame[~apart]), frame[apart]], ignore_index=True) if apart.any() else one_each(frame)


def one_a_day(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of one patient, day and route as one dose: grams added up, else the first value that is filled."""
    keys = [name for name in ("patient_id", "start", "route") if name in frame.columns]
    codes = frame.groupby(keys, sort=False, dropna=False).ngroup() if keys else pd.Series(np.arange(len(frame)))
    known = frame.replace("", None)
    gathered = known.groupby(codes.to_numpy(), sort=False).first()
    for name in ("dose_g", "dose_g_per_kg"):
        if name in frame.columns:
            gathered[name] = _sums(frame[name], codes.to_numpy())
    return gathered[list(frame.columns)].fillna("").reset_index(drop=True)


def _codes(ids: pd.Series) -> np.ndarray:
    codes, _ = pd.factorize(ids.to_numpy(object))
    blank = (ids == "").to_numpy()
    return np.where(blank, len(ids) + np.arange(len(ids)), codes)


def _outermost(days: pd.Series, codes: np.ndarray, *, last: bool) -> pd.Series:
    """The first or last day of each group as its text: dates by their text, study days by their number. What is no day
    comes first, so that the checks name it."""
    texts = days.to_numpy(object)
    number = pd.to_numeric(days, errors="coerce").to_numpy(float)
    day = pd.to_datetime(days, errors="coerce", format="ISO8601").to_numpy("datetime64[D]")
    ordinal = np.where(np.isnat(day), np.nan, day.astype(np.int64).astype(float))
    key = np.where(np.isnan(number), ordinal, number)
    key = np.where(last, -key, key)
    key[np.isnan(key)] = -np.inf
    key[days.to_numpy(object) == ""] = np.inf
    first = pd.Series(key).groupby(codes, sort=False).idxmin()
    return pd.Series(texts[first.to_numpy()], index=first.index)


def _sums(doses: pd.Series, codes: np.ndarray) -> pd.Series:
    """The grams of each group as text, blank where none is given; a text that is no number stands for its group, so
    that the checks name it."""
    given = pd.to_numeric(doses.where(doses != ""), errors="coerce")
    grouped = given.groupby(codes, sort=False)
    total = grouped.sum(min_count=1)
    texts = pd.Series(["" if np.isnan(grams) else format(grams, ".12g") for grams in total], index=total.index)
    bad = ((doses != "") & given.isna()).to_numpy()
    if bad.any():
        named = doses[bad].groupby(codes[bad], sort=False).first()
        texts.loc[named.index] = named
    return texts
