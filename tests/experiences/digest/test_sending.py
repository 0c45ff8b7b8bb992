"""Each digest leaves once: rerun, overlapped, after a failure; and not at all to those who do not want or need it."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError

from courses.models import Institution, LearningEvent, Section
from experiences.digest import memory
from experiences.digest.contract import Digest
from experiences.digest.memory import Preferences
from experiences.digest.models import DigestDelivery, DigestProgress
from experiences.digest.recipients import recipients
from experiences.digest.sending import Outcome, Told
from experiences.outbox.models import OutgoingMail
from oracles.contract import TenantId
from tests.absent import table_away
from tests.builders import make_user
from tests.experiences.digest.readings import (
    HOUR,
    MONDAY,
    NOTHING_TO_DECIDE,
    NOTHING_WRONG,
    FakeSources,
    at_work,
    recipient_of,
    reported,
    sender,
    service,
)
from tests.together import at_once

WEEK = timedelta(weeks=1)


def nothing(_: Told) -> None:
    """Is done with what one hears."""


def mails(user: User) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.for_tenant(at_work(user).tenant_id).order_by("pk"))


def deliveries(user: User) -> list[DigestDelivery]:
    return list(DigestDelivery.objects.for_tenant(at_work(user).tenant_id).order_by("pk"))


@pytest.mark.proves("G-06", "UX-21")
@pytest.mark.django_db
def test_a_rerun_sends_nothing_twice(ines: User) -> None:
    outcomes = [sender().send_one(recipient_of(ines), MONDAY + n * HOUR).outcome for n in range(3)]

    assert outcomes == [Outcome.SENT, Outcome.ALREADY, Outcome.ALREADY]
    assert len(mails(ines)) == len(deliveries(ines)) == 1


@pytest.mark.proves("G-06")
@pytest.mark.django_db(transaction=True)
def test_runs_that_overlap_send_one_digest(ines: User) -> None:
    person = recipient_of(ines)
    prepared = [sender().preview_one(person, MONDAY).delivery for _ in range(4)]

    outcomes = at_once(*(partial(service().deliver, person.context, each, MONDAY) for each in prepared if each))

    assert sorted(outcomes) == [False, False, False, True]
    assert len(mails(ines)) == len(deliveries(ines)) == 1


@pytest.mark.proves("G-07")
@pytest.mark.django_db
def test_the_next_digest_begins_where_the_last_one_ended(ines: User, section: Section) -> None:
    sender().send_one(recipient_of(ines), MONDAY)
    reported(section, MONDAY + HOUR, count=2)
    reported(section, MONDAY + 2 * WEEK, count=5)

    later = sender().send_one(recipient_of(ines), MONDAY + 2 * WEEK)

    first, second = deliveries(ines)
    assert (second.window_start, second.cut_off) == (first.cut_off, MONDAY + 2 * WEEK)
    assert later.delivery is not None
    assert later.delivery.digest.sections[0].events == 7
    stored = LearningEvent.objects.for_tenant(TenantId(section.institution_id)).filter(stored__gt=MONDAY)
    assert stored.count() == 7


@pytest.mark.proves("G-08")
@pytest.mark.django_db
def test_where_nothing_happened_and_nothing_is_wrong_there_is_no_digest(instructor: User) -> None:
    instructor.email = "ines@lakeside.example"
    instructor.save()
    quiet = FakeSources(tray_reading=NOTHING_WRONG, console_reading=NOTHING_TO_DECIDE)

    assert sender(quiet).send_one(recipient_of(instructor), MONDAY).outcome is Outcome.EMPTY
    assert (mails(instructor), deliveries(instructor)) == ([], [])


@pytest.mark.proves("G-08")
@pytest.mark.django_db
def test_whoever_has_no_address_gets_none(ines: User) -> None:
    ines.email = ""
    ines.save()

    assert sender().send_one(recipient_of(ines), MONDAY).outcome is Outcome.NO_ADDRESS
    assert mails(ines) == []


@pytest.mark.proves("G-08", "UX-21")
@pytest.mark.django_db
def test_whoever_wants_none_gets_none(ines: User) -> None:
    service().set_preferences(at_work(ines), Preferences(by_mail=False), MONDAY)

    assert sender().send_one(recipient_of(ines), MONDAY).outcome is Outcome.OPTED_OUT
    assert mails(ines) == []


@pytest.mark.proves("G-08", "G-13", "UX-21")
@pytest.mark.django_db
def test_it_comes_on_the_day_that_was_chosen(ines: User) -> None:
    service().set_preferences(at_work(ines), Preferences(weekday=3), MONDAY)

    outcomes = [sender().send_one(recipient_of(ines), MONDAY + timedelta(days=day)).outcome for day in range(5)]

    assert outcomes == [Outcome.NOT_DUE] * 3 + [Outcome.SENT, Outcome.ALREADY]


@pytest.mark.proves("G-09")
@pytest.mark.django_db
def test_a_preview_is_what_is_sent_to_the_byte_and_stores_nothing(ines: User) -> None:
    preview = sender().preview_one(recipient_of(ines), MONDAY)
    assert (mails(ines), deliveries(ines)) == ([], [])

    sender().send_one(recipient_of(ines), MONDAY)

    (sent,) = mails(ines)
    assert preview.delivery is not None
    mail = preview.delivery.mail
    assert (sent.subject, sent.text, sent.html) == (mail.subject, mail.text, mail.html)
    assert (sent.to, sent.key, sent.headers) == (mail.to, mail.key, [list(header) for header in mail.headers])


@pytest.mark.proves("G-10")
@pytest.mark.django_db
def test_one_institutions_trouble_leaves_the_others_sent_and_the_next_run_makes_up_for_it(
    ines: User, otto: User, institution: Institution, other_institution: Institution
) -> None:
    reported(_section_of(otto), MONDAY - HOUR)
    people = [*recipients(institution), *recipients(other_institution)]
    broken = FakeSources(breaks=lambda context: context.tenant_id == institution.pk)

    first = sender(broken).send(people, MONDAY, nothing)
    second = sender().send(people, MONDAY, nothing)

    assert (first.counts[Outcome.FAILED], first.counts[Outcome.SENT]) == (1, 1)
    assert (second.counts[Outcome.SENT], second.counts[Outcome.ALREADY]) == (1, 1)
    assert len(mails(ines)) == len(mails(otto)) == 1


@pytest.mark.proves("G-10")
@pytest.mark.django_db
def test_a_run_that_was_stopped_goes_on_where_it_was(ines: User, institution: Institution, section: Section) -> None:
    second = make_user("iris", institution, teaches=section)
    second.email = "iris@lakeside.example"
    second.save()

    sender().send(list(recipients(institution))[:1], MONDAY, nothing)
    run = sender().send(recipients(institution), MONDAY, nothing)

    assert (run.counts[Outcome.ALREADY], run.counts[Outcome.SENT]) == (1, 1)
    assert [mail.to for mail in mails(ines)] == ["ines@lakeside.example", "iris@lakeside.example"]


@pytest.mark.proves("G-10")
@pytest.mark.django_db
def test_only_those_who_teach_there_and_may_sign_in_are_recipients(
    ines: User, colleague: User, otto: User, institution: Institution
) -> None:
    assert [person.context.user_id for person in recipients(institution)] == [ines.pk]

    ines.is_active = False
    ines.save()

    assert list(recipients(institution)) == []


@pytest.mark.proves("G-11", "O-08")
@pytest.mark.django_db
def test_how_far_a_person_is_survives_the_objects_that_stored_it(ines: User) -> None:
    context = at_work(ines)
    sender().send_one(recipient_of(ines), MONDAY)
    prepared = service().get_progress(context)
    digest = service().get_digest(context, service().weekly_config(context), MONDAY)

    service().mark(context, digest, "acted", MONDAY + HOUR)
    service().mark(context, digest, "opened", MONDAY + 2 * HOUR)

    done = service().get_progress(context)
    assert (prepared.current_step, prepared.progress_percentage, prepared.completed_at) == ("prepared", 33, None)
    assert (done.current_step, done.progress_percentage, done.completed_at) == ("acted", 100, MONDAY + HOUR)
    assert (done.recommendations, done.last_analyzed) == (3, MONDAY)


@pytest.mark.proves("G-11")
@pytest.mark.django_db
def test_a_new_week_begins_anew(ines: User) -> None:
    context = at_work(ines)
    sender().send_one(recipient_of(ines), MONDAY)
    service().mark(context, service().get_digest(context, service().weekly_config(context), MONDAY), "acted", MONDAY)

    sender().send_one(recipient_of(ines), MONDAY + WEEK)

    assert service().get_progress(context).current_step == "prepared"


@pytest.mark.proves("O-10")
@pytest.mark.django_db
def test_a_memory_that_cannot_be_read_is_an_error_and_nothing_is_written(
    ines: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = at_work(ines)
    sender().send_one(recipient_of(ines), MONDAY)
    before = list(DigestProgress.objects.for_tenant(context.tenant_id).values())

    with table_away("digest_digestprogress", "SELECT"), pytest.raises(DatabaseError):
        service().mark(context, _digest(ines), "opened", MONDAY)

    assert list(DigestProgress.objects.for_tenant(context.tenant_id).values()) == before
    assert memory.preferences_of(memory.Person(context.tenant_id, context.user_id)) == Preferences()


def _digest(user: User) -> Digest:
    context = at_work(user)
    return service().get_digest(context, service().weekly_config(context), MONDAY)


def _section_of(user: User) -> Section:
    (section,) = at_work(user).sections
    return Section.objects.for_tenant(section.tenant_id).get(pk=section.scope.section_id)
