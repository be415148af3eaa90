"""Runs of equal values in sorted arrays."""

from __future__ import annotations

import numpy as np


def run_starts(*keys: np.ndarray) -> np.ndarray:
    """Which entries differ from the one before in any of `keys` (bool); the first entry always does."""
    starts = np.ones(len(keys[0]), bool)
    if len(starts):
        starts[1:] = np.logical_or.reduce([key[1:] != key[:-1] for key in keys])
    return starts


def run_ends(*keys: np.ndarray) -> np.ndarray:
    """Which entries differ from the one after in any of `keys` (bool); the last entry always does."""
    ends = np.ones(len(keys[0]), bool)
    if len(ends):
        ends[:-1] = run_starts(*keys)[1:]
    return ends


def following(values: np.ndarray, fill: int) -> np.ndarray:
    """The next entry of each, `fill` for the last."""
    return np.concatenate([values[1:], np.full(min(len(values), 1), fill, values.dtype)])


def running_numbers(number: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For `number` entries of each of 0, 1, …: whose an entry is, and its running number from 0."""
    whose = np.repeat(np.arange(len(number)), number)
    return whose, np.arange(len(whose)) - np.repeat(np.cumsum(number) - number, number)
