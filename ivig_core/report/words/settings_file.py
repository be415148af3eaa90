"""The settings of a report as a file that gives its tables again."""

from __future__ import annotations

import json

from ivig_core.spec import AnalysisSpec


def settings_file(spec: AnalysisSpec) -> bytes:
    """Every setting as JSON: the `spec` block of `ivig analyze --json`, as every option `--spec` reads it."""
    return (json.dumps(spec.to_dict(), ensure_ascii=False, indent=1) + "\n").encode("utf-8")
