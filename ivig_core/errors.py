"""The exception tree: whose fault it is decides the class; anything else that is raised is a defect of ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


class IvigError(Exception):
    """Base of every error that a user can mend or has to know."""


class CohortError(IvigError):
    """The cohort file cannot be analysed; the message says what to change in it."""


class HospitalError(IvigError):
    """A file of a hospital cannot be used; the message says which file, what is wrong in it and what to do."""


class SampleError(IvigError):
    """The samples that come with the program cannot be listed; the message says which file to put back."""


class SpecError(IvigError, ValueError):
    """A setting is not allowed. Carries the field, the offending value and what is allowed."""

    def __init__(self, field: str, value: object, allowed: str) -> None:
        self.field = shortened(field)
        self.value = shortened(value)
        self.allowed = allowed
        super().__init__(f"{self.field} = {self.value!r} is not allowed: {allowed}")


_LONGEST = 200
"""Characters of a value that a message repeats: an address or a settings file can hold any number."""


def shortened(value: Any) -> Any:
    """A value as a message repeats it: one that is long in writing as the beginning of its text."""
    text = str(value[:_LONGEST] if isinstance(value, str | list | tuple) else value)
    if len(text) <= _LONGEST and (not hasattr(value, "__len__") or len(value) <= _LONGEST):
        return value
    return f"{text[:_LONGEST]}…"


class SpecListError(IvigError):
    """Several settings are not allowed: `errors` has all of them, the message one line each."""

    def __init__(self, errors: Sequence[SpecError]) -> None:
        self.errors = tuple(errors)
        super().__init__("\n".join(f"error: {error}" for error in errors).removeprefix("error: "))


class EstimationError(IvigError):
    """No estimate exists for these data; the message is the reason, fit for display."""
