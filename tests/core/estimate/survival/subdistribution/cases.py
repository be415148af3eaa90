"""Twenty patients in three groups with ties of every kind, as written out for R, and odd ones."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

TIME = np.array([1, 2, 2, 2, 3, 3, 3, 4, 4, 5, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9])
CAUSE = np.array([1, 1, 2, 0, 1, 1, 2, 0, 2, 1, 1, 0, 2, 1, 1, 0, 1, 2, 0, 1])
GROUP = np.array([str(k % 3) for k in range(20)])

ODD = st.lists(st.tuples(st.integers(1, 5), st.integers(0, 2), st.sampled_from("abc")), min_size=1, max_size=12)


def arrays(people):
    """Times, causes and groups of drawn patients."""
    time, cause, group = zip(*people, strict=True)
    return np.array(time), np.array(cause), np.array(group)
