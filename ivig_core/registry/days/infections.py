"""Infections that count, as `persontime.endpoint` has it: merged to episodes, then filtered."""

from __future__ import annotations

from ivig_core.lazy import library
from ivig_core.persontime.endpoint import MIXED, NEGATIVE
from ivig_core.registry.table import Table, Value, flag
from ivig_core.spec import PATHOGENS, SITES, EndpointSpec

ibis = library("ibis")

SHIFT = 100_000
"""More days than any date lies before a follow-up: makes days before it numbers from 0."""
NO_GRADE = 9


def counted(infections: Table, endpoint: EndpointSpec) -> Table:
    """`id`, `days`, `day` of every infection or episode that begins in follow-up and passes the endpoint.

    `infections`: rows on days of follow-up, identical ones once.
    """
    rows = infections.filter(infections.day < infections.days)
    rows = rows.mutate(**{f"held_{name}": flag(rows.pathogen == name) for name in PATHOGENS})
    if endpoint.episode_gap_days:
        rows = _episodes(rows, endpoint.episode_gap_days)
    rows = rows.filter(rows.day >= 0)
    for condition in _conditions(rows, endpoint):
        rows = rows.filter(condition)
    return rows.select("id", "days", "day")


def _conditions(rows: Table, endpoint: EndpointSpec) -> list[Value]:
    found = []
    if endpoint.min_grade > 1:
        found.append(rows.grade >= endpoint.min_grade)
    if endpoint.max_grade is not None:
        found.append(rows.grade <= endpoint.max_grade)
    if endpoint.pathogens:
        passes = rows.pathogen.isin(endpoint.pathogens)
        for name in endpoint.pathogens:
            if name != NEGATIVE:
                passes = passes | (rows[f"held_{name}"] > 0)
        found.append(passes)
    if endpoint.sites:
        found.append(rows.site.isin(endpoint.sites))
    if endpoint.hospitalized:
        found.append(rows.hospitalized == endpoint.hospitalized)
    return found


def _episodes(rows: Table, gap: int) -> Table:
    """One row an episode, as `persontime.endpoint.merge_episodes`: the columns that an endpoint looks at."""
    in_order = ibis.window(group_by="id", order_by="day")
    rows = rows.mutate(before=rows.day.lag().over(in_order))
    rows = rows.mutate(opens=flag(rows.before.isnull() | (rows.day - rows.before > gap)))
    up_to_here = ibis.window(group_by="id", order_by=["day", ibis.desc("opens")], following=0)
    rows = rows.mutate(episode=rows.opens.sum().over(up_to_here).cast("int32"), rank=_rank(rows))
    merged = rows.group_by("id", "episode").aggregate(
        days=rows.days.max(),
        day=rows.day.min(),
        grade=rows.grade.max(),
        stays=flag(rows.hospitalized == "yes").max(),
        told=flag(rows.hospitalized == "no").max(),
        rank=rows["rank"].min(),
        **{f"held_{name}": rows[f"held_{name}"].max() for name in PATHOGENS},
    )
    site = merged["rank"] % len(SITES)
    return merged.mutate(
        hospitalized=ibis.cases((merged.stays > 0, "yes"), (merged.told > 0, "no")),
        pathogen=_pathogen(merged),
        site=ibis.cases(*((site == number, name) for number, name in enumerate(SITES))),
    )


def _rank(rows: Table) -> Value:
    """Of infections with a site a number that is lowest for the one whose site an episode has: the first by day, of one
    day the one with the highest grade, then in the order of the format."""
    number = ibis.cases(*((rows.site == name, code) for code, name in enumerate(SITES)))
    grade = ibis.coalesce(5 - rows.grade, NO_GRADE)
    return ((rows.day + SHIFT) * (NO_GRADE + 1) + grade) * len(SITES) + number


def _pathogen(merged: Table) -> Value:
    kinds = [name for name in PATHOGENS if name != NEGATIVE]
    several = sum(merged[f"held_{name}"] for name in kinds)
    one = [(merged[f"held_{name}"] > 0, name) for name in kinds]
    return ibis.cases((several > 1, MIXED), *one, (merged[f"held_{NEGATIVE}"] > 0, NEGATIVE))
