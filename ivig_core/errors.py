"""The exception tree: whose fault it is decides the class; anything else that is raised is a defect of ours."""

from __future__ import annotations

from collections.abc import Sequence


class IvigError(Exception):
    """Base of every error that a user can mend or has to know."""


class CohortError(IvigError):
    """The cohort file cannot be analysed; the message says what to change in it."""


class SpecError(IvigError, ValueError):
    """A setting is not allowed. Carries the field, the offending value and what is allowed."""

    def __init__(self, field: str, value: object, allowed: str) -> None:
        self.field = field
        self.value = value
        self.allowed = allowed
        super().__init__(f"{field} = {value!r} is not allowed: {allowed}")


class SpecListError(IvigError):
    """Several settings are not allowed: `errors` has all of them, the message one line each."""

    def __init__(self, errors: Sequence[SpecError]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(f"error: {error}" for error in errors).removeprefix("error: "))


class EstimationError(IvigError):
    """No estimate exists for these data; the message is the reason, fit for display."""
