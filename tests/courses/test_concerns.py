"""“Not a concern until …”: the newest word holds, for as long as it says, for learners of the section only."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, IntegrityError, transaction
from pytest_django import DjangoAssertNumQueries

from courses.access import Granted, resolve
from courses.audit import Actor
from courses.concerns import Word, holding, say
from courses.contract import DashboardContext, NotAConcern, Role
from courses.models import ConcernNote, Enrollment, Learner
from courses.scopes import stamp_of
from courses.support_settings import NotPermitted

pytestmark = [pytest.mark.django_db, pytest.mark.proves("UX-22", "UX-f")]

NOW = datetime(2026, 11, 10, 9, 30, tzinfo=UTC)
SOON = NOW + timedelta(days=7)
INES = Actor("user-1", "ines")


@pytest.fixture
def context(instructor: User) -> DashboardContext:
    access = resolve(instructor, "lakeside", "algebra")
    assert isinstance(access, Granted)
    return access.context


def learner(context: DashboardContext, name: str) -> int:
    return Learner.objects.for_tenant(context.tenant_id).get(name=name).pk


def test_a_word_holds_until_its_moment_has_come(context: DashboardContext) -> None:
    ada = learner(context, "Ada")

    said = say(context, [ada], Word(SOON, "talked"), INES, NOW)

    assert said == 1
    assert holding(context.scope, NOW) == (NotAConcern(ada, SOON, "talked", "ines"),)
    assert holding(context.scope, SOON - timedelta(microseconds=1))
    assert holding(context.scope, SOON) == ()


def test_the_newest_word_about_a_learner_holds_and_the_older_ones_stay_written(context: DashboardContext) -> None:
    ada, ben = learner(context, "Ada"), learner(context, "Ben")
    later = SOON + timedelta(days=7)
    say(context, [ada, ben], Word(SOON), INES, NOW)

    say(context, [ada], Word(later, "agreed"), INES, NOW)

    assert [(note.learner_id, note.until) for note in holding(context.scope, NOW)] == [(ada, later), (ben, SOON)]
    assert ConcernNote.objects.for_tenant(context.tenant_id).count() == 3


def test_a_shorter_newest_word_is_not_outlived_by_a_longer_older_one(context: DashboardContext) -> None:
    ada = learner(context, "Ada")
    say(context, [ada], Word(SOON + timedelta(days=30)), INES, NOW)

    say(context, [ada], Word(SOON), INES, NOW)

    assert holding(context.scope, SOON) == ()


def test_a_word_can_be_taken_back_and_that_is_kept_too(context: DashboardContext) -> None:
    ada = learner(context, "Ada")
    say(context, [ada], Word(SOON), INES, NOW)

    taken_back = say(context, [ada], Word(), INES, NOW)

    assert (taken_back, holding(context.scope, NOW)) == (1, ())
    assert ConcernNote.objects.for_tenant(context.tenant_id).count() == 2


def test_taking_back_what_nobody_said_writes_nothing(context: DashboardContext) -> None:
    before = stamp_of(context.scope)

    assert say(context, [learner(context, "Ada")], Word(), INES, NOW) == 0

    assert stamp_of(context.scope) == before


def test_a_word_moves_the_settings_so_that_open_dashboards_look_again(context: DashboardContext) -> None:
    before = stamp_of(context.scope)

    say(context, [learner(context, "Ada")], Word(SOON), INES, NOW)

    assert stamp_of(context.scope) == replace(before, settings=before.settings + 1)


def test_who_is_not_enrolled_here_or_is_of_another_institution_is_not_there(
    context: DashboardContext, outsider: User
) -> None:
    theirs = resolve(outsider, "harbour", "algebra")
    assert isinstance(theirs, Granted)
    foreign = learner(theirs.context, "Ada")
    gone = learner(context, "Dan")
    Enrollment.objects.for_tenant(context.tenant_id).filter(learner_id=gone).update(status="withdrawn")

    said = say(context, [foreign, gone, 987_654], Word(SOON), INES, NOW)

    assert (said, holding(context.scope, NOW), holding(theirs.context.scope, NOW)) == (0, (), ())


@pytest.mark.parametrize("role", [Role.ASSISTANT, Role.COMMAND])
def test_who_only_looks_says_nothing(role: Role, context: DashboardContext) -> None:
    with pytest.raises(NotPermitted):
        say(replace(context, role=role), [learner(context, "Ada")], Word(SOON), INES, NOW)


def test_a_word_cannot_be_changed_and_goes_with_its_learner(context: DashboardContext) -> None:
    ada = learner(context, "Ada")
    say(context, [ada], Word(SOON), INES, NOW)
    notes = ConcernNote.objects.for_tenant(context.tenant_id)

    with pytest.raises((IntegrityError, DatabaseError), match="append-only"), transaction.atomic():
        notes.update(until=None)
    Learner.objects.for_tenant(context.tenant_id).filter(pk=ada).delete()

    assert notes.count() == 0


def test_what_holds_is_one_query(context: DashboardContext, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    say(context, [learner(context, "Ada"), learner(context, "Ben")], Word(SOON), INES, NOW)

    with django_assert_num_queries(1):
        assert len(holding(context.scope, NOW)) == 2
