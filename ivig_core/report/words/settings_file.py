"""The settings of a report as a file that gives its tables again."""

from __future__ import annotations

from ivig_core.spec import AnalysisSpec
from ivig_core.spec.protocol import Protocol
from ivig_core.spec.settings_text import to_text


def settings_file(spec: AnalysisSpec, protocol: Protocol | None = None) -> bytes:
    """Every setting as JSON: the `spec` block of `ivig analyze --json`, as every option `--spec` reads it; with the
    protocol that these settings stand beside."""
    return to_text(spec, protocol)
