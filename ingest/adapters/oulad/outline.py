"""A presentation as a section record. Pure.

A unit per activity type, inside it a module per first week; the assessments come last. The data has no titles.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from ingest.adapters.oulad.calendar import TIME_ZONE
from ingest.adapters.oulad.presentations import Assessment, Presentation, Site
from ingest.records import ContainerRecord, EnrollmentRecord, PageRecord, SectionRecord, slug

CREDIT = (
    "Open University Learning Analytics Dataset (OULAD): Kuzilek J., Hlosta M., Zdrahal Z. (2017), "
    "Scientific Data 4:170171, doi:10.1038/sdata.2017.171. CC BY 4.0. "
    "The start day is assumed (1 October or 1 February); titles are ours."
)
# The order of a course: where one arrives, what one reads, what one does, whom one meets, what one looks up.
TITLES = {
    "homepage": "Home page",
    "oucontent": "Course text",
    "subpage": "Subpage",
    "sharedsubpage": "Shared subpage",
    "page": "Page",
    "htmlactivity": "Interactive page",
    "resource": "Resource",
    "url": "Web link",
    "folder": "Folder",
    "quiz": "Quiz",
    "externalquiz": "External quiz",
    "questionnaire": "Questionnaire",
    "repeatactivity": "Repeat activity",
    "dualpane": "Dual pane",
    "dataplus": "Database",
    "forumng": "Forum",
    "ouwiki": "Wiki",
    "ouelluminate": "Online room",
    "oucollaborate": "Online tutorial",
    "glossary": "Glossary",
}
ORDER = {kind: place for place, kind in enumerate(TITLES)}
KINDS = {"tma": "Tutor-marked assessments", "cma": "Computer-marked assessments", "exam": "Exam"}
ASSESSMENT_ORDER = {kind: place for place, kind in enumerate(KINDS)}
FOREVER = 1_000_000


def section_slug(presentation: Presentation) -> str:
    return slug("-".join(presentation.code))


def site_key(site_id: int) -> str:
    return f"site-{site_id}"


def assessment_key(assessment_id: int) -> str:
    return f"assessment-{assessment_id}"


def section_record(presentation: Presentation) -> SectionRecord:
    """Everything of the presentation but what its students did."""
    module, run = presentation.code
    return SectionRecord(
        course_key=slug(module),
        course_title=f"Module {module}",
        slug=section_slug(presentation),
        title=f"{module} {run}",
        time_zone=TIME_ZONE,
        starts_at=presentation.calendar.midnight(0),
        ends_at=presentation.calendar.midnight(presentation.days),
        containers=(*_units(presentation.sites.values()), *_assessments(presentation)),
        enrollments=tuple(
            EnrollmentRecord(str(student), f"Student {student}", status="withdrawn" if withdrawn else "enrolled")
            for student, withdrawn in sorted(presentation.students.items())
        ),
        credit=CREDIT,
    )


def _units(sites: Iterable[Site]) -> Iterable[ContainerRecord]:
    ordered = sorted(sites, key=lambda site: (ORDER.get(site.kind, len(ORDER)), site.kind, _week(site), site.site_id))
    for kind, of_kind in groupby(ordered, key=lambda site: site.kind):
        modules = tuple(_module(kind, list(of_week)) for _, of_week in groupby(of_kind, key=_week))
        yield ContainerRecord(slug(kind), _title(kind), "unit", modules)


def _module(kind: str, sites: list[Site]) -> ContainerRecord:
    week = sites[0].week
    key, title = ("no-week", "Any week") if week is None else (f"week-{week}", f"Week {week}")
    pages = tuple(PageRecord(site_key(site.site_id), f"{_title(kind)} {site.site_id}") for site in sites)
    return ContainerRecord(f"{slug(kind)}-{key}", title, "module", pages=pages)


def _week(site: Site) -> int:
    return FOREVER if site.week is None else site.week


def _title(kind: str) -> str:
    return TITLES.get(kind, kind.replace("_", " ").capitalize())


def _assessments(presentation: Presentation) -> Iterable[ContainerRecord]:
    ordered = sorted(presentation.assessments.values(), key=_assessment_place)
    modules = tuple(
        _assessment_module(presentation, kind, list(of_kind))
        for kind, of_kind in groupby(ordered, key=lambda assessment: slug(assessment.kind))
    )
    if modules:
        yield ContainerRecord("assessments", "Assessments", "unit", modules)


def _assessment_place(assessment: Assessment) -> tuple[int, str, int, int]:
    kind = slug(assessment.kind)
    day = FOREVER if assessment.day is None else assessment.day
    return ASSESSMENT_ORDER.get(kind, len(ASSESSMENT_ORDER)), kind, day, assessment.assessment_id


def _assessment_module(presentation: Presentation, kind: str, assessments: list[Assessment]) -> ContainerRecord:
    several = len(assessments) > 1
    pages = tuple(
        PageRecord(
            assessment_key(assessment.assessment_id),
            f"{assessment.kind} {number}" if several else assessment.kind,
            graded=True,
            weight=assessment.weight,
            # Noon, as submissions are: work handed in on its due day is not late.
            due_at=None if assessment.day is None else presentation.calendar.noon(assessment.day),
        )
        for number, assessment in enumerate(assessments, 1)
    )
    return ContainerRecord(kind, KINDS.get(kind, assessments[0].kind), "module", pages=pages)
