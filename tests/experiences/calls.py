"""A call of every public method of the experiences, by whether it changes anything; for tests that go through them all.

`test_every_call.py` compares these tables with the registry, so a method that is added tomorrow has to say what it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from dashboard_project.composition.console import console_service
from dashboard_project.composition.tray import tray_service
from experiences.calculators.data_quality import DataQualityCalculator
from experiences.contract import InstructorContext, SectionContext
from experiences.decision_console.data import DecisionConsoleDataOrchestrator
from experiences.digest.config import DigestConfig, Trigger
from experiences.digest.contract import Digest
from experiences.digest.experiments import SHORTER
from experiences.digest.memory import Delivery, Preferences
from experiences.hygiene_tray.data import HygieneTrayDataOrchestrator
from experiences.hygiene_tray.issues import Issue, Look
from experiences.hygiene_tray.states import Verb, Wish
from experiences.outbox.contract import Resolution
from experiences.test_drive.contract import Dataset, Drive
from ingest.letter_facts import letter_facts
from tests.experiences.decision_console import two_tenants as console
from tests.experiences.digest.readings import MONDAY, at_work, service
from tests.experiences.digest.two_tenants import data as digest_data
from tests.experiences.digest.two_tenants import digest_of, ready
from tests.experiences.hygiene_tray.worlds import NOW, issue_named, seen, spoil
from tests.experiences.tenants import Side
from tests.experiences.test_drive.samples import drives

START = Wish(Verb.START)
OF_NOBODY = {("TestDriveService", "purge")}
"""Called by the clock for an institution, with no person or section to be asked for."""


@dataclass(frozen=True, slots=True)
class Place:
    """A section whose tray knows an issue, and whose queue holds a staged and an approved decision."""

    issue: Issue
    desk: console.World


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a digest that could leave, and on a test drive."""

    user_id: int
    digest: Digest
    delivery: Delivery
    drive: Drive


type AtSection = Callable[[SectionContext, Place], object]
type OfPerson = Callable[[InstructorContext, Person], object]
type Key = tuple[str, str]


def a_place(side: Side) -> Place:
    spoil(side.section)
    tray_service().look(side.at_section())
    return Place(issue_named(tray_service(), side.at_section(), "missing_due_date"), console.World(side))


def a_person(side: Side) -> Person:
    drive = drives().start(at_work(side.user), Dataset.OWN, MONDAY)
    return Person(side.user.pk, digest_of(side), ready(side), drive)


def _tray() -> HygieneTrayDataOrchestrator:
    return HygieneTrayDataOrchestrator(letter_facts)


def _look() -> Look:
    return Look(NOW, None, "moved", (), {}, DataQualityCalculator().score(()))


def _desk() -> DecisionConsoleDataOrchestrator:
    return console_service().data


READING_A_SECTION: Mapping[Key, AtSection] = {
    ("HygieneTrayDataOrchestrator", "get_tray_data"): lambda at, _: _tray().get_tray_data(at, NOW),
    ("HygieneTrayDataOrchestrator", "get_signature"): lambda at, _: _tray().get_signature(at),
    ("HygieneTrayDataOrchestrator", "is_look_due"): lambda at, _: _tray().is_look_due(at, "", NOW),
    ("HygieneTrayDataOrchestrator", "get_facts"): lambda at, _: _tray().get_facts(at, NOW),
    ("HygieneTrayDataOrchestrator", "last_look"): lambda at, _: _tray().last_look(at),
    ("HygieneTrayDataOrchestrator", "get_blocked"): lambda at, _: _tray().get_blocked(at),
    ("HygieneTrayService", "get_tray"): lambda at, _: tray_service().get_tray(at),
    ("HygieneTrayService", "look"): lambda at, _: tray_service().look(at, is_forced=True),
    ("HygieneTrayService", "get_issue"): lambda at, place: tray_service().get_issue(at, place.issue.id),
    ("HygieneTrayService", "blocked"): lambda at, _: tray_service().blocked(at),
    ("DecisionConsoleDataOrchestrator", "get_console_data"): lambda at, _: _desk().get_console_data(at),
    ("DecisionConsoleDataOrchestrator", "get_decision"): lambda at, place: _desk().get_decision(at, place.desk.staged),
    ("DecisionConsoleDataOrchestrator", "get_recent"): lambda at, _: _desk().get_recent(at),
    ("DecisionConsoleDataOrchestrator", "get_history"): lambda at, _: _desk().get_history(at),
    ("DecisionConsoleDataOrchestrator", "get_works"): lambda at, place: _desk().get_works(at, place.desk.learners),
    ("DecisionConsoleDataOrchestrator", "get_pages"): lambda at, _: _desk().get_pages(at),
    ("DecisionConsoleDataOrchestrator", "get_reply_to"): lambda at, _: _desk().get_reply_to(at, None, "ines"),
    ("DecisionConsoleService", "find_page"): lambda at, _: console_service().find_page(at, "quiz"),
    ("DecisionConsoleDataOrchestrator", "get_review"): lambda at, place: _desk().get_review(at, place.desk.batch),
    ("DecisionConsoleService", "get_console"): lambda at, place: console_service().get_console(at, [place.desk.staged]),
    ("DecisionConsoleService", "get_decision"): lambda at, place: console_service().get_decision(at, place.desk.staged),
    ("DecisionConsoleService", "get_review"): lambda at, place: console_service().get_review(at, place.desk.batch),
}
CHANGING_A_SECTION: Mapping[Key, AtSection] = {
    ("HygieneTrayDataOrchestrator", "remember_look"): lambda at, _: _tray().remember_look(at, _look(), uuid4()),
    ("HygieneTrayDataOrchestrator", "change"): lambda at, place: _tray().change(
        at, [seen(place.issue)], START, uuid4(), NOW
    ),
    ("HygieneTrayDataOrchestrator", "mark_failed"): lambda at, place: _tray().mark_failed(
        at, seen(place.issue), "away", uuid4(), NOW
    ),
    ("HygieneTrayDataOrchestrator", "undo"): lambda at, _: _tray().undo(at, uuid4(), uuid4(), NOW),
    ("HygieneTrayDataOrchestrator", "reorder"): lambda at, place: _tray().reorder(at, [place.issue.id], 0),
    ("HygieneTrayService", "change"): lambda at, place: tray_service().change(at, [seen(place.issue)], START),
    ("HygieneTrayService", "replay"): lambda at, place: tray_service().replay(at, seen(place.issue)),
    ("HygieneTrayService", "undo"): lambda at, _: tray_service().undo(at, uuid4()),
    ("HygieneTrayService", "reorder"): lambda at, place: tray_service().reorder(at, [place.issue.id], 0),
    ("DecisionConsoleDataOrchestrator", "add_decision"): lambda at, place: _desk().add_decision(
        at, place.desk.draft(2)
    ),
    ("DecisionConsoleDataOrchestrator", "edit_decision"): lambda at, place: _desk().edit_decision(
        at, place.desk.staged, place.desk.edit
    ),
    ("DecisionConsoleDataOrchestrator", "snooze_decision"): lambda at, place: _desk().snooze_decision(
        at, place.desk.staged, console.LATER
    ),
    ("DecisionConsoleDataOrchestrator", "wake_decision"): lambda at, place: _desk().wake_decision(
        at, place.desk.staged
    ),
    ("DecisionConsoleDataOrchestrator", "discard_decision"): lambda at, place: _desk().discard_decision(
        at, place.desk.staged
    ),
    ("DecisionConsoleDataOrchestrator", "open_review"): lambda at, place: _desk().open_review(at, [place.desk.staged]),
    ("DecisionConsoleDataOrchestrator", "approve_review"): lambda at, place: _desk().approve_review(
        at, place.desk.batch, place.desk.content
    ),
    ("DecisionConsoleDataOrchestrator", "execute_review"): lambda at, place: _desk().execute_review(
        at, place.desk.batch
    ),
    ("DecisionConsoleDataOrchestrator", "resolve_mails"): lambda at, place: _desk().resolve_mails(
        at, place.desk.staged, [place.desk.target], Resolution.ARRIVED
    ),
    ("DecisionConsoleDataOrchestrator", "run_due"): lambda at, _: _desk().run_due(at),
    ("DecisionConsoleService", "stage"): lambda at, place: console_service().stage(at, place.desk.draft(2)),
    ("DecisionConsoleService", "edit"): lambda at, place: console_service().edit(
        at, place.desk.staged, place.desk.edit
    ),
    ("DecisionConsoleService", "snooze"): lambda at, place: console_service().snooze(
        at, place.desk.staged, console.LATER
    ),
    ("DecisionConsoleService", "wake"): lambda at, place: console_service().wake(at, place.desk.staged),
    ("DecisionConsoleService", "discard"): lambda at, place: console_service().discard(at, place.desk.staged),
    ("DecisionConsoleService", "review"): lambda at, place: console_service().review(at, [place.desk.staged]),
    ("DecisionConsoleService", "approve"): lambda at, place: console_service().approve(
        at, place.desk.batch, place.desk.content
    ),
    ("DecisionConsoleService", "execute"): lambda at, place: console_service().execute(at, place.desk.batch),
    ("DecisionConsoleService", "resolve"): lambda at, place: console_service().resolve(
        at, place.desk.staged, [place.desk.target], Resolution.ARRIVED
    ),
    ("DecisionConsoleService", "run_due"): lambda at, _: console_service().run_due(at),
}
READING_A_PERSON: Mapping[Key, OfPerson] = {
    ("DigestDataOrchestrator", "get_digest_data"): lambda at, _: digest_data().get_digest_data(
        at, DigestConfig.weekly(), MONDAY
    ),
    ("DigestDataOrchestrator", "get_preferences"): lambda at, _: digest_data().get_preferences(at),
    ("DigestDataOrchestrator", "get_progress"): lambda at, _: digest_data().get_progress(at, Trigger.WEEKLY),
    ("DigestDataOrchestrator", "is_delivered"): lambda at, _: digest_data().is_delivered(at, Trigger.WEEKLY, MONDAY),
    ("DigestDataOrchestrator", "arm_of"): lambda at, _: digest_data().arm_of(at, SHORTER),
    ("DigestService", "get_digest"): lambda at, _: service().get_digest(at, DigestConfig.weekly(), MONDAY),
    ("DigestService", "weekly_config"): lambda at, _: service().weekly_config(at),
    ("DigestService", "is_delivered"): lambda at, _: service().is_delivered(at, MONDAY),
    ("DigestService", "arm_of"): lambda at, _: service().arm_of(at),
    ("DigestService", "get_preferences"): lambda at, _: service().get_preferences(at),
    ("DigestService", "get_progress"): lambda at, _: service().get_progress(at),
    ("TestDriveService", "get_test_drive_experience"): lambda at, _: drives().get_test_drive_experience(at, MONDAY),
    ("TestDriveService", "preview_of"): lambda at, person: drives().preview_of(at, person.drive),
}
CHANGING_A_PERSON: Mapping[Key, OfPerson] = {
    ("DigestDataOrchestrator", "store_preferences"): lambda at, _: digest_data().store_preferences(
        at, Preferences(by_mail=False), MONDAY
    ),
    ("DigestDataOrchestrator", "store_progress"): lambda at, person: digest_data().store_progress(
        at, person.digest, "opened", MONDAY
    ),
    ("DigestDataOrchestrator", "store_delivery"): lambda at, person: digest_data().store_delivery(
        at, person.delivery, MONDAY
    ),
    ("DigestService", "deliver"): lambda at, person: service().deliver(at, person.delivery, MONDAY),
    ("DigestService", "set_preferences"): lambda at, _: service().set_preferences(
        at, Preferences(by_mail=False), MONDAY
    ),
    ("DigestService", "mark"): lambda at, person: service().mark(at, person.digest, "opened", MONDAY),
    ("TestDriveService", "start"): lambda at, _: drives().start(at, Dataset.OWN, MONDAY),
    ("TestDriveService", "end"): lambda at, _: drives().end(at, MONDAY),
    ("TestDriveService", "extend"): lambda at, person: drives().extend(at, person.user_id, MONDAY + timedelta(weeks=3)),
}
