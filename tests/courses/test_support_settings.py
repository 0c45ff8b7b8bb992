"""Thresholds of a section: nobody's change is lost, everybody's is in the history, and only some may."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import msgspec
import pytest
from django.contrib.auth.models import User
from django.db import DatabaseError, IntegrityError, connection, transaction

from courses.access import Granted, resolve
from courses.audit import Actor
from courses.contract import DashboardContext, Role, SupportThresholds
from courses.models import Institution, Section, SupportChange, SupportParameters
from courses.scopes import stamp_of
from courses.support_settings import (
    DEFAULTS,
    Conflict,
    Edit,
    NotPermitted,
    Saved,
    Unchanged,
    changes_of,
    save,
    thresholds_of,
)
from tests import builders

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 10, 9, 30, tzinfo=UTC)
INES, OLGA = Actor("user-1", "ines"), Actor("user-2", "olga")
TWO_WEEKS = SupportThresholds(inactivity_days=14)
A_MONTH = SupportThresholds(inactivity_days=30)


@pytest.fixture
def context(instructor: User) -> DashboardContext:
    access = resolve(instructor, "lakeside", "algebra")
    assert isinstance(access, Granted)
    return access.context


def saved(context: DashboardContext, wanted: SupportThresholds, seen: int, actor: Actor = INES) -> Saved:
    outcome = save(context, Edit(wanted, seen), actor, NOW)
    assert isinstance(outcome, Saved)
    return outcome


@pytest.mark.proves("ROW-T6", "UX-4")
def test_what_was_saved_is_in_force_and_in_the_history_with_who_and_when(context: DashboardContext) -> None:
    change = saved(context, TWO_WEEKS, 0).change

    assert thresholds_of(context.scope) == msgspec.structs.replace(TWO_WEEKS, version=1)
    assert changes_of(context.scope) == (change,)
    assert (change.at, change.actor, change.actor_name, change.is_reset) == (NOW, "user-1", "ines", False)
    assert change.differences == (("inactivity_days", 7, 14),)
    row = SupportParameters.objects.for_tenant(context.tenant_id).get()
    assert (row.changed_by_id, row.version) == (context.user_id, 1)


@pytest.mark.proves("ROW-T6", "UX-4", "UX-k")
def test_who_saves_over_a_change_they_have_not_seen_is_refused_and_shown_it(context: DashboardContext) -> None:
    saved(context, TWO_WEEKS, 0, OLGA)
    before = stamp_of(context.scope)

    outcome = save(context, Edit(A_MONTH, 0), INES, NOW)

    assert isinstance(outcome, Conflict)
    assert outcome.current == msgspec.structs.replace(TWO_WEEKS, version=1)
    assert [(change.actor_name, change.differences) for change in outcome.changes] == [
        ("olga", (("inactivity_days", 7, 14),))
    ]
    assert thresholds_of(context.scope).inactivity_days == 14
    assert stamp_of(context.scope) == before


def test_a_change_moves_the_settings_and_nothing_else(context: DashboardContext) -> None:
    before = stamp_of(context.scope)

    saved(context, TWO_WEEKS, 0)

    assert stamp_of(context.scope) == replace(before, settings=before.settings + 1)


def test_what_is_as_wanted_already_makes_no_version_and_moves_nothing(context: DashboardContext) -> None:
    before = stamp_of(context.scope)

    assert save(context, Edit(DEFAULTS, 0), INES, NOW) == Unchanged()

    assert (changes_of(context.scope), stamp_of(context.scope)) == ((), before)


def test_back_to_the_defaults_is_a_change_like_any_other_and_is_not_lost(context: DashboardContext) -> None:
    saved(context, TWO_WEEKS, 0)

    outcome = save(context, Edit(DEFAULTS, 1, is_reset=True), INES, NOW)

    assert isinstance(outcome, Saved)
    assert outcome.change.is_reset
    assert thresholds_of(context.scope) == msgspec.structs.replace(DEFAULTS, version=2)
    assert [change.after.version for change in changes_of(context.scope)] == [2, 1]
    assert [change.after.version for change in changes_of(context.scope, since=1)] == [2]


@pytest.mark.parametrize("role", [Role.ASSISTANT, Role.COMMAND])
def test_who_only_looks_changes_nothing(role: Role, context: DashboardContext) -> None:
    with pytest.raises(NotPermitted):
        save(replace(context, role=role), Edit(TWO_WEEKS, 0), INES, NOW)

    assert thresholds_of(context.scope) == DEFAULTS


def test_an_operator_may(context: DashboardContext) -> None:
    saved(replace(context, role=Role.OPERATOR), TWO_WEEKS, 0)

    assert thresholds_of(context.scope).inactivity_days == 14


def test_another_institutions_section_of_the_same_name_is_untouched(context: DashboardContext, outsider: User) -> None:
    saved(context, TWO_WEEKS, 0)

    theirs = resolve(outsider, "harbour", "algebra")
    assert isinstance(theirs, Granted)
    assert theirs.context.semantics.support == DEFAULTS
    assert changes_of(theirs.context.scope) == ()


def test_the_history_cannot_be_changed(context: DashboardContext) -> None:
    saved(context, TWO_WEEKS, 0)

    with pytest.raises((IntegrityError, DatabaseError), match="append-only"), transaction.atomic():
        SupportChange.objects.for_tenant(context.tenant_id).update(actor_name="somebody else")


def test_a_change_cannot_point_into_another_institution(
    context: DashboardContext, other_institution: Institution
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), _constraints_at_once():
        builders.stored(
            SupportChange, other_institution.pk, section_id=context.scope.section_id, version=1, at=NOW,
            actor="x", kind="saved", before={}, after={},
        )  # fmt: skip


@contextmanager
def _constraints_at_once() -> Iterator[None]:
    yield
    connection.check_constraints()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


THREADS, EACH = 4, 5


@pytest.mark.proves("UX-4")
@pytest.mark.django_db(transaction=True)
def test_of_many_who_save_at_the_same_time_nobody_is_lost(context: DashboardContext) -> None:
    """Everybody tries until it is theirs: as many versions as savings, each made of the one before."""

    def save_until_saved(thread: int) -> int:
        refused = 0
        for number in range(EACH):
            wanted = SupportThresholds(progress_low=1 + thread * EACH + number)
            while not isinstance(save(context, Edit(wanted, thresholds_of(context.scope).version), INES, NOW), Saved):
                refused += 1
        connection.close()
        return refused

    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(save_until_saved, range(THREADS)))

    history = changes_of(context.scope)[::-1]
    assert [change.after.version for change in history] == list(range(1, THREADS * EACH + 1))
    assert {change.after.progress_low for change in history} == set(range(1, THREADS * EACH + 1))
    assert all(
        msgspec.structs.replace(earlier.after, version=0) == msgspec.structs.replace(later.before, version=0)
        for earlier, later in pairwise(history)
    )


def test_two_sections_have_thresholds_of_their_own(context: DashboardContext, institution: Institution) -> None:
    other: Section = builders.make_section(institution, "geometry")
    saved(context, TWO_WEEKS, 0)

    assert thresholds_of(replace(context.scope, section_id=other.pk)) == DEFAULTS
