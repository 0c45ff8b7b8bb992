"""What the numbers were is kept once a day and for ninety days; a visit ends after half an hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import msgspec
import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from courses.access import Granted, resolve
from courses.contract import DashboardContext
from courses.models import Institution, KeptFacts, LastVisit, Section
from dashboard_project import kept_facts
from dashboard_project.kept_facts import FactsMemory
from oracles.contract import TenantId
from snapshot.contract import Capability, Readiness, Snapshot, Status
from tests import builders
from tests.oracles.instructor.rows import learners_of, pages_of
from tests.snapshot.classroom import MIXED, Classroom
from tests.snapshot.snapshots import assembled

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 11, 10, 7, 30, tzinfo=UTC)
"""A Tuesday."""
DAY = timedelta(days=1)


@pytest.fixture
def memory() -> FactsMemory:
    return FactsMemory(lambda: 90)


@pytest.fixture
def context(instructor: User) -> DashboardContext:
    access = resolve(instructor, "lakeside", "algebra")
    assert isinstance(access, Granted)
    return access.context


def shown(context: DashboardContext, at: datetime = MORNING, signature: str = "a") -> Snapshot:
    """A complete snapshot of the context's scope."""
    made = assembled(Classroom(MIXED, (70.0,)))
    about = msgspec.structs.replace(made.metadata, generated_at=at, as_of=at - timedelta(hours=1))
    return msgspec.structs.replace(made, scope=context.scope, metadata=about, config_signature=signature)


def rows(context: DashboardContext) -> list[KeptFacts]:
    return list(KeptFacts.objects.for_tenant(context.tenant_id).order_by("pk"))


def visit_of(context: DashboardContext) -> LastVisit:
    return LastVisit.objects.for_tenant(context.tenant_id).get()


def move(model: type[KeptFacts | LastVisit], context: DashboardContext, section: Section) -> None:
    model.objects.for_tenant(context.tenant_id).update(section=section)
    connection.check_constraints()  # PostgreSQL looks at the end of a transaction


def test_numbers_are_kept_with_their_moment_and_the_events_behind_them(
    memory: FactsMemory, context: DashboardContext, section: Section
) -> None:
    for _ in range(3):
        builders.make_event(learners_of(section)["Ada"], pages_of(section)["quiz"])
    made = shown(context)

    memory.keep(context, made)

    (row,) = rows(context)
    assert (row.section_id, row.scope, row.config_signature) == (section.pk, "course", "a")
    assert (row.taken_at, row.day, row.as_of) == (MORNING, date(2026, 11, 10), MORNING - timedelta(hours=1))
    assert (row.events, row.facts) == (3, dict(made.facts))
    assert row.fingerprints == {kind.value: digest for kind, digest in made.fingerprints.items()}


def test_events_of_another_section_are_not_counted(
    memory: FactsMemory, context: DashboardContext, institution: Institution, outsider: User
) -> None:
    for slug, owner in (("biology", institution), ("chemistry", Institution.objects.get(slug="harbour"))):
        other = builders.golden_section(owner, slug)
        builders.make_event(learners_of(other)["Ada"], pages_of(other)["quiz"])

    memory.keep(context, shown(context))

    assert rows(context)[0].events == 0


def test_of_a_day_the_first_numbers_are_kept(memory: FactsMemory, context: DashboardContext) -> None:
    for at in (MORNING, MORNING + timedelta(hours=3), MORNING + DAY):
        memory.keep(context, shown(context, at))

    assert [row.taken_at for row in rows(context)] == [MORNING, MORNING + DAY]


def test_other_settings_have_a_day_of_their_own(memory: FactsMemory, context: DashboardContext) -> None:
    for signature in ("a", "b", "a"):
        memory.keep(context, shown(context, signature=signature))

    assert [row.config_signature for row in rows(context)] == ["a", "b"]


def test_a_day_is_one_in_the_sections_zone(memory: FactsMemory, context: DashboardContext) -> None:
    in_auckland = replace(context, time_zone="Pacific/Auckland")

    memory.keep(in_auckland, shown(context, datetime(2026, 11, 10, 11, 30, tzinfo=UTC)))

    assert rows(context)[0].day == date(2026, 11, 11)


@pytest.mark.parametrize("readiness", [Readiness.PARTIAL, Readiness.FAILED, Readiness.UNAVAILABLE])
def test_numbers_that_are_not_complete_are_not_kept(
    memory: FactsMemory, context: DashboardContext, readiness: Readiness
) -> None:
    made = shown(context)
    statuses = {**made.projection_statuses, Capability.PROGRESS: Status(readiness)}

    memory.keep(context, msgspec.structs.replace(made, projection_statuses=statuses))

    assert rows(context) == []


def test_what_was_kept_today_costs_one_question(memory: FactsMemory, context: DashboardContext) -> None:
    memory.keep(context, shown(context))

    with CaptureQueriesContext(
        connection,
    ) as asked:
        memory.keep(context, shown(context))

    assert len(asked) == 1


def test_what_is_older_than_ninety_days_goes_while_writing(
    memory: FactsMemory, context: DashboardContext, section: Section
) -> None:
    memory.keep(context, shown(context, MORNING - 91 * DAY))
    memory.keep(context, shown(context, MORNING - 89 * DAY))
    memory.visit(context, MORNING - 91 * DAY)

    memory.keep(context, shown(context))

    assert [row.taken_at for row in rows(context)] == [MORNING - 89 * DAY, MORNING]
    assert not LastVisit.objects.for_tenant(TenantId(section.institution_id)).exists()


def test_where_nothing_is_to_be_kept_nothing_is(context: DashboardContext) -> None:
    memory = FactsMemory(lambda: 0)

    memory.keep(context, shown(context))
    memory.visit(context, MORNING)

    assert rows(context) == []
    assert not LastVisit.objects.for_tenant(context.tenant_id).exists()


@pytest.mark.proves("P4")
@pytest.mark.parametrize("model", [KeptFacts, LastVisit])
def test_a_row_cannot_point_into_another_tenant(
    memory: FactsMemory, context: DashboardContext, outsider: User, model: type[KeptFacts | LastVisit]
) -> None:
    memory.keep(context, shown(context))
    memory.visit(context, MORNING)
    theirs = Section.objects.for_tenant(TenantId(Institution.objects.get(slug="harbour").pk)).get()

    with pytest.raises(IntegrityError), transaction.atomic():
        move(model, context, theirs)


# ---- visits -----------------------------------------------------------------------------------------------------


def test_the_first_visit_has_none_before_it(memory: FactsMemory, context: DashboardContext) -> None:
    memory.visit(context, MORNING)

    assert visit_of(context).previous_at is None
    assert kept_facts.last_visit(context, MORNING) is None


def test_whoever_never_looked_has_no_last_visit(context: DashboardContext) -> None:
    assert kept_facts.last_visit(context, MORNING) is None


@pytest.mark.parametrize(("pause", "ended"), [(timedelta(minutes=29), False), (timedelta(minutes=30), True)])
def test_a_visit_ends_after_half_an_hour(
    memory: FactsMemory, context: DashboardContext, pause: timedelta, ended: bool
) -> None:
    memory.visit(context, MORNING)

    memory.visit(context, MORNING + pause)

    row = visit_of(context)
    assert (row.seen_at, row.previous_at) == (MORNING + pause, MORNING if ended else None)


def test_the_last_visit_is_the_one_before_the_one_under_way(memory: FactsMemory, context: DashboardContext) -> None:
    for at in (MORNING, MORNING + DAY, MORNING + DAY + timedelta(minutes=10)):
        memory.visit(context, at)

    assert kept_facts.last_visit(context, MORNING + DAY + timedelta(minutes=20)) == MORNING
    assert kept_facts.last_visit(context, MORNING + 2 * DAY) == MORNING + DAY + timedelta(minutes=10)


def test_a_dashboard_that_is_painted_again_and_again_writes_every_five_minutes(
    memory: FactsMemory, context: DashboardContext
) -> None:
    memory.visit(context, MORNING)

    with CaptureQueriesContext(connection) as asked:
        memory.visit(context, MORNING + timedelta(minutes=4))

    assert len(asked) == 0
    assert visit_of(context).seen_at == MORNING


def test_everybody_and_every_scope_has_a_visit_of_its_own(
    memory: FactsMemory, context: DashboardContext, colleague: User
) -> None:
    unit = replace(context, scope=replace(context.scope, container_id=1, container_key="unit-1"))

    for each in (context, unit, replace(context, user_id=colleague.pk)):
        memory.visit(each, MORNING)

    assert LastVisit.objects.for_tenant(context.tenant_id).count() == 3


def test_a_command_visits_nothing(memory: FactsMemory, context: DashboardContext) -> None:
    memory.visit(replace(context, user_id=None), MORNING)

    assert not LastVisit.objects.for_tenant(context.tenant_id).exists()


# ---- what is compared -------------------------------------------------------------------------------------------


def test_the_newest_until_a_day_is_found_and_of_that_day_the_one_under_the_same_settings(
    memory: FactsMemory, context: DashboardContext
) -> None:
    for days, signature in ((0, "a"), (1, "b"), (1, "a"), (3, "a")):
        memory.keep(context, shown(context, MORNING + days * DAY + timedelta(minutes=len(signature)), signature))

    found = kept_facts.newest_until(context.scope, date(2026, 11, 12), "a")

    assert found is not None
    assert (found.taken_at.date(), found.kept.config_signature) == (date(2026, 11, 11), "a")
    assert kept_facts.newest_until(context.scope, date(2026, 11, 9), "a") is None


def test_what_is_kept_of_one_scope_is_not_there_for_another(memory: FactsMemory, context: DashboardContext) -> None:
    memory.keep(context, shown(context))
    unit = replace(context.scope, container_id=1, container_key="unit-1")
    (row,) = rows(context)

    assert kept_facts.basis(context.scope, row.pk) is not None
    assert kept_facts.basis(unit, row.pk) is None
    assert kept_facts.days_kept(unit) == ()
