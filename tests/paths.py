"""Where things are, said once: a test that moves to another room changes none of it."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
REFERENCE = ROOT / "tests" / "reference"
SAMPLES = ROOT / "sample_data"
SHARED_VALIDATION = ROOT.parent / "shared" / "validation"
"""Reference cohorts that are not ours to hand on: absent elsewhere, their tests skip."""
SHARED_EVIDENCE, SHARED_SEEDS = (ROOT.parent / "shared" / name for name in ("evidence", "seeds"))
"""The transcription of the published numbers, and the texts it was made from: absent elsewhere too."""
