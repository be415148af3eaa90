"""Where every row of a file went."""

from __future__ import annotations

from ivig_core.cohort.intake import Intake
from pages.shell import exhibit


def ledger(intake: Intake, key: str) -> None:
    """Rows in the file = used + left out, by reason, with the list of what was left out."""
    exhibit.sentences([intake.accounted])
    if intake.ledger is None:
        return
    if len(intake.ledger.left_out):
        exhibit.download(f"left_out_{key}", intake.ledger.left_out, "Download what was left out (CSV)", "left-out.csv")
