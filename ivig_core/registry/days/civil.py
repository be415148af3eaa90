"""The calendar by whole-number arithmetic: every engine has the same, whatever its types of dates and time zones.

Years begin in March, so that a leap day is the last day of one: months are numbered from March of the year 0. The
arithmetic of the Gregorian calendar as in Richards, Explanatory Supplement to the Astronomical Almanac, 2013, 15.11.
"""

from __future__ import annotations

from ivig_core.registry.table import Value

SHIFT = 719_468
"""Days from 1 March of the year 0 to 1 January 1970."""
ERA, YEARS = 146_097, 400
"""Days and years of a whole round of leap years."""
APRIL = 1
"""Month of the turn to spring and summer, from March; the one to fall and winter is half a year later."""
JULY = 4


def month_of(day: Value) -> Value:
    """Months since March of the year 0 of days since 1970-01-01."""
    since = day + SHIFT
    era = since // ERA
    in_era = since - era * ERA
    year = (in_era - in_era // 1460 + in_era // 36_524 - in_era // (ERA - 1)) // 365
    in_year = in_era - (365 * year + year // 4 - year // 100)
    return (era * YEARS + year) * 12 + (5 * in_year + 2) // 153


def first_day(month: Value) -> Value:
    """Days since 1970-01-01 of the first day of a month as `month_of` numbers it."""
    year, in_year = month // 12, month % 12
    era = year // YEARS
    in_era = year - era * YEARS
    days = in_era * 365 + in_era // 4 - in_era // 100 + (153 * in_year + 2) // 5
    return era * ERA + days - SHIFT


def half_of(day: Value, begins: int) -> Value:
    """Number of the half-year of a day; half-years begin with the month `begins` (from March) and half a year later."""
    return (month_of(day) - begins) // 6


def half_begins(number: Value, begins: int) -> Value:
    """First day of a half-year, in days since 1970-01-01."""
    return first_day(number * 6 + begins)
