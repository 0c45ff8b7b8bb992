"""Each of the ten kinds of fault is found where it is, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.utils.translation import override

from courses.quality_facts import EventFacts, Twins
from experiences.calculators.data_quality import Dimension, Severity
from experiences.hygiene_tray import detectors, words
from experiences.hygiene_tray.contract import Blocks, DetectorName, Facts, Finding, Report, Targets
from tests.experiences.hygiene_tray.facts import (
    DAY,
    ESSAY,
    EXAM,
    LESSON,
    NOW,
    TIDY,
    with_grading,
    with_letters,
    with_page,
    with_records,
    with_section,
)

pytestmark = pytest.mark.proves("H-01")
BARE = {"attempts_allowed": None, "late_work": None, "scoring": None}


def reports(facts: Facts) -> dict[DetectorName, Report]:
    return {report.detector: report for report in detectors.run(facts, Targets(), NOW)}


def findings(facts: Facts) -> list[Finding]:
    return [finding for report in reports(facts).values() for finding in report.findings]


def test_there_are_ten_detectors_and_a_tidy_section_has_no_fault_of_any_kind() -> None:
    assert len(detectors.DETECTORS) == 10
    assert findings(TIDY) == []
    assert {name: report.unmeasured for name, report in reports(TIDY).items() if report.unmeasured} == {}


FAULTY: list[tuple[Facts, str, str, Severity, DetectorName]] = [
    (with_page(due_at=None), "missing_due_date", "page:exam", Severity.HIGH, DetectorName.DUE_DATES),
    (
        with_page(available_from=NOW, due_at=NOW - 30 * DAY),
        "impossible_window", "page:exam", Severity.HIGH, DetectorName.DUE_DATES,
    ),
    (
        with_grading(waiting=2, overdue=2, oldest_waiting=NOW - 15 * DAY),
        "ungraded", "page:exam", Severity.MEDIUM, DetectorName.UNGRADED,
    ),
    (
        with_grading(waiting=5, overdue=5, oldest_waiting=NOW - 15 * DAY),
        "ungraded", "page:exam", Severity.HIGH, DetectorName.UNGRADED,
    ),
    (with_page(loose=(7,)), "no_objective", "page:exam", Severity.LOW, DetectorName.OBJECTIVES),
    (with_page(loose=(7, 8)), "no_objective", "page:exam", Severity.MEDIUM, DetectorName.OBJECTIVES),
    (with_grading(scored=15), "missing_grades", "page:exam", Severity.HIGH, DetectorName.MISSING_GRADES),
    (with_grading(scored=9), "missing_grades", "page:exam", Severity.CRITICAL, DetectorName.MISSING_GRADES),
    (with_page(late_work=None), "no_policy", "page:exam", Severity.LOW, DetectorName.POLICIES),
    (
        with_letters("unknown_learner"),
        "unknown_reference", "reason:unknown_learner", Severity.MEDIUM, DetectorName.UNKNOWN_REFERENCES,
    ),
    (
        with_letters("unknown_page", count=60),
        "unknown_reference", "reason:unknown_page", Severity.HIGH, DetectorName.UNKNOWN_REFERENCES,
    ),
    (
        replace(TIDY, twins=(Twins((4, 9), "email"),)),
        "same_email", "learners:4+9", Severity.HIGH, DetectorName.IDENTITY,
    ),
    (replace(TIDY, twins=(Twins((4, 9), "name"),)), "same_name", "learners:4+9", Severity.LOW, DetectorName.IDENTITY),
    (with_page(gradebook_title="Exam 2"), "title_drift", "page:exam", Severity.LOW, DetectorName.IDENTITY),
    (
        with_records(repeated=(EventFacts(3, 12, 5),)),
        "repeated_events", "page:lesson", Severity.MEDIUM, DetectorName.DUPLICATES,
    ),
    (with_letters("conflict"), "conflict", "reason:conflict", Severity.MEDIUM, DetectorName.DUPLICATES),
    (with_section(as_of=NOW - 5 * DAY), "stale_feed", "feed", Severity.HIGH, DetectorName.FEED),
    (with_section(as_of=NOW - 13 * DAY), "stale_feed", "feed", Severity.CRITICAL, DetectorName.FEED),
    (with_letters("bad_text"), "dead_letters", "reason:bad_text", Severity.MEDIUM, DetectorName.FEED),
    (with_grading(above_maximum=1), "impossible_scores", "page:exam", Severity.HIGH, DetectorName.OUT_OF_RANGE),
    (with_grading(below_zero=1), "impossible_scores", "page:exam", Severity.HIGH, DetectorName.OUT_OF_RANGE),
    (with_grading(without_maximum=1), "impossible_scores", "page:exam", Severity.HIGH, DetectorName.OUT_OF_RANGE),
    (with_records(in_the_future=2), "future_events", "events", Severity.MEDIUM, DetectorName.OUT_OF_RANGE),
    (with_letters("out_of_range"), "refused", "reason:out_of_range", Severity.MEDIUM, DetectorName.OUT_OF_RANGE),
]  # fmt: skip


@pytest.mark.parametrize(("facts", "fault", "subject", "severity", "name"), FAULTY)
def test_a_fault_is_found_by_its_detector_and_by_no_other(
    facts: Facts, fault: str, subject: str, severity: Severity, name: DetectorName
) -> None:
    (found,) = findings(facts)

    assert (found.fault, found.subject, found.severity, found.detector) == (fault, subject, severity, name)


@pytest.mark.parametrize("fault", sorted({fault for _, fault, *_ in FAULTY}))
def test_every_fault_can_be_told_in_words(fault: str) -> None:
    found = next(finding for facts, *_ in FAULTY for finding in findings(facts) if finding.fault == fault)

    with override("en"):
        text = words.told(found.fault, found.numbers)

    assert text.endswith(".")
    assert "%" not in text.replace(" %", "")
    assert words.subject(found.fault, found.title)


def test_every_word_belongs_to_a_fault_that_is_found_and_every_detector_has_a_name() -> None:
    assert set(words.FAULTS) == {fault for _, fault, *_ in FAULTY}
    assert set(words.DETECTORS) == set(DetectorName)


NO_FAULT = [
    with_page(due_at=EXAM.available_from, available_from=None),
    with_grading(waiting=3, overdue=0, oldest_waiting=NOW - 3 * DAY),
    with_page(weight=5.0),
    with_page(gradebook_title="EXAM."),
    with_page(attempts_allowed=0),
    with_section(as_of=NOW - 2 * DAY),
    with_section(as_of=NOW - 90 * DAY, ends_at=NOW - DAY),
    replace(TIDY, pages=(EXAM, ESSAY), records=replace(TIDY.records, repeated=(EventFacts(3, 12, 5),))),  # type: ignore[type-var]
]


@pytest.mark.parametrize("facts", NO_FAULT)
def test_what_is_within_its_promise_is_no_fault(facts: Facts) -> None:
    assert findings(facts) == []


def test_grades_are_not_missing_before_they_are_due() -> None:
    early = with_page(due_at=NOW - 13 * DAY)

    assert findings(replace(early, grading=())) == []
    assert reports(replace(early, grading=()))[DetectorName.MISSING_GRADES].unmeasured == "no_high_stakes"


@pytest.mark.parametrize(
    ("facts", "name", "reason"),
    [
        (replace(TIDY, pages=(LESSON,)), DetectorName.DUE_DATES, "no_graded_items"),
        (replace(TIDY, grading=()), DetectorName.UNGRADED, "nothing_handed_in"),
        (with_section(objectives=0), DetectorName.OBJECTIVES, "no_objectives"),
        (replace(TIDY, pages=(ESSAY,)), DetectorName.OBJECTIVES, "no_activities"),
        (
            replace(TIDY, pages=(replace(EXAM, weight=None), replace(ESSAY, weight=None))),
            DetectorName.MISSING_GRADES,
            "no_weights",
        ),
        (
            replace(TIDY, pages=(replace(EXAM, **BARE), replace(ESSAY, **BARE))),  # type: ignore[arg-type]
            DetectorName.POLICIES,
            "no_policies_told",
        ),
        (with_records(events=0, pages=0), DetectorName.UNKNOWN_REFERENCES, "no_events"),
        (with_records(events=0, pages=0), DetectorName.DUPLICATES, "no_events"),
        (
            replace(with_section(learners=0), pages=(ESSAY,)),
            DetectorName.IDENTITY,
            "no_learners",
        ),
        (
            replace(with_section(ends_at=NOW - DAY), records=replace(TIDY.records, events=0)),  # type: ignore[type-var]
            DetectorName.FEED,
            "not_running",
        ),
    ],
)
def test_what_the_source_does_not_tell_is_not_measured_and_says_so(
    facts: Facts, name: DetectorName, reason: str
) -> None:
    report = reports(facts)[name]

    assert (report.unmeasured, report.findings, report.checks) == (reason, (), ())
    assert reason in words.UNMEASURED


@pytest.mark.proves("O-16")
def test_a_detector_whose_source_failed_says_that_it_could_not_look() -> None:
    blind = {name for name, report in reports(replace(TIDY, grading=None)).items() if report.unmeasured}

    assert blind == {DetectorName.UNGRADED, DetectorName.MISSING_GRADES, DetectorName.OUT_OF_RANGE}


@pytest.mark.proves("H-02")
def test_a_fingerprint_is_of_the_fault_and_its_subject_and_of_nothing_else() -> None:
    (few,), (many,) = findings(with_grading(scored=15)), findings(with_grading(scored=3))
    (other,) = findings(with_page(due_at=None))

    assert few.fingerprint == many.fingerprint
    assert other.fingerprint != few.fingerprint
    assert len({finding.fingerprint for facts, *_ in FAULTY for finding in findings(facts)}) == len(
        {(name, fault, subject) for _, fault, subject, _, name in FAULTY}
    )


@pytest.mark.proves("O-14")
def test_a_finding_names_what_cannot_be_judged_until_it_is_closed() -> None:
    blocks = [
        findings(facts)[0].blocks
        for facts in (with_page(due_at=None), with_page(loose=(7, 8)), replace(TIDY, twins=(Twins((4, 9), "email"),)))
    ]

    assert blocks == [
        Blocks(pages=frozenset({1})), Blocks(activities=frozenset({7, 8})), Blocks(learners=frozenset({4, 9})),
    ]  # fmt: skip


@pytest.mark.proves("H-05")
def test_the_feed_counts_less_and_less_the_longer_it_is_silent() -> None:
    shares = []
    for days in (1, 3, 6, 9, 12, 40):
        checks = reports(with_section(as_of=NOW - days * DAY))[DetectorName.FEED].checks
        (timely,) = [check for check in checks if check.dimension is Dimension.TIMELINESS]
        shares.append(round(timely.good / timely.total, 3))

    assert shares == [1, 1, 0.667, 0.333, 0, 0]
