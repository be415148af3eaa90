"""Patients without their study ids, for what leaves the room: numbered as they are shown, or not told apart."""

from __future__ import annotations

from dataclasses import replace

from ivig_core.study.igg.course import IggCourse
from ivig_core.study.patients.lanes import Lanes
from ivig_core.study.patients.timeline import Timeline

ONE = "Patient"


def lanes_without_ids(lanes: Lanes) -> Lanes:
    """The lanes with "Patient 1" at the top; numbers of different pages of lanes do not go together."""
    names = [f"{ONE} {number}" for number in range(1, lanes.shown + 1)]
    return replace(lanes, patients=lanes.patients.assign(patient_id=names))


def timeline_without_id(line: Timeline) -> Timeline:
    """The timeline of one patient who is not named."""
    return replace(line, patient_id="One patient")


def course_without_ids(course: IggCourse) -> IggCourse:
    """The course of IgG; values of one patient stay together, but nobody is named."""
    return replace(course, values=course.values.assign(patient_id=ONE))
