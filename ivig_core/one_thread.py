"""Linear algebra on one thread; imported before numpy, by the server and by the command line.

The matrices of this project are long and narrow. On them a second thread of OpenBLAS gains nothing and waits for work
at full speed, on the processor that another session or process could use: a fit of 5,000 patients with adjusters takes
3.5 times the processor time. Who sets these variables is left alone.
"""

from __future__ import annotations

import os

for variable in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
