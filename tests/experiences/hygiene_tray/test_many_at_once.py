"""Many people at once: every change is applied or its author is told; none is lost."""

from __future__ import annotations

import pytest

from courses.models import Section
from experiences.contract import SectionContext
from experiences.hygiene_tray.issues import Outcome
from experiences.hygiene_tray.models import TrayChange, TrayOrder
from experiences.hygiene_tray.states import Status, Verb, Wish
from tests import builders
from tests.experiences.crowds import told
from tests.experiences.hygiene_tray.worlds import EVERYTHING, World, seen

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proves("O-09")]
ISSUES = 10
TOLD = {Outcome.APPLIED, Outcome.CONFLICT, Outcome.ILLEGAL}
"""An order is refused as no permutation when an issue was closed meanwhile: that, too, is told."""


def prepare(world: World, section: Section, context: SectionContext) -> None:
    for number in range(ISSUES):
        builders.make_page(section, f"exam-{number}", 50 + number, graded=True)
    world.make().look(context)


def one_change(world: World, context: SectionContext, number: int) -> tuple[str, Outcome]:
    """Reads, then writes what it read: every third time the order, else the state of one issue."""
    service = world.make()
    tray = service.get_tray(context)
    if number % 3 == 0:
        ids = [issue.id for issue in tray.issues]
        turned = ids[number % len(ids) :] + ids[: number % len(ids)]
        return "order", service.reorder(context, turned, tray.order.version)
    issue = tray.issues[number % len(tray.issues)]
    verb = Verb.REOPEN if issue.state.status is Status.IN_PROGRESS else Verb.START
    return "state", service.change(context, [seen(issue)], Wish(verb)).results[0].outcome


def check(world: World, section: Section, context: SectionContext, threads: int, times: int) -> None:
    prepare(world, section, context)

    heard = told(threads, times, lambda number: one_change(world, context, number))

    changes = TrayChange.objects.for_tenant(context.tenant_id).exclude(verb="seen")
    order = TrayOrder.objects.for_tenant(context.tenant_id).get()
    assert heard.total() == threads * times
    assert {outcome for _, outcome in heard} <= TOLD
    assert changes.count() == heard["state", Outcome.APPLIED]
    assert order.version == heard["order", Outcome.APPLIED]
    for issue in world.make().get_tray(context, EVERYTHING).issues:
        versions = changes.filter(issue=issue.id).order_by("version").values_list("version", flat=True)
        assert list(versions) == list(range(2, issue.version + 1))


def test_ten_threads_change_states_and_orders_and_nothing_is_lost(
    section: Section, world: World, here: SectionContext
) -> None:
    check(world, section, here, threads=10, times=4)


@pytest.mark.long
def test_fifty_threads_make_twenty_changes_each_and_a_thousand_are_accounted_for(
    section: Section, world: World, here: SectionContext
) -> None:
    check(world, section, here, threads=50, times=20)
