"""Every public method of the console, called for one of two institutions that look alike."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User

from courses.access import resolve_for_command
from courses.models import Learner, Page
from experiences.contract import SectionContext
from experiences.decision_console.contract import Draft, NothingBlocked, NotThere, Wording
from experiences.decision_console.data import DecisionConsoleDataOrchestrator
from experiences.decision_console.kinds import Kind
from experiences.decision_console.service import DecisionConsoleService
from experiences.decision_console.staging import Edit
from experiences.outbox.contract import Resolution
from tests.experiences.decision_console.conftest import NoSnapshots
from tests.experiences.tenants import Case, Cases, Side, Tenants

NOW = datetime(2026, 11, 9, 8, 0, tzinfo=UTC)
MESSAGE = Wording("The quiz", "Dear {first_name}, it is open.")
LATER = NOW + timedelta(days=2)

DATA = DecisionConsoleDataOrchestrator(NoSnapshots(), lambda _: NothingBlocked(), lambda: NOW)
SERVICE = DecisionConsoleService(DATA)


class World:
    """One side with a decision in the queue, and one in an approved review."""

    def __init__(self, side: Side) -> None:
        self.context = side.at_section()
        self.tenant_id = side.tenant_id
        rows = Learner.objects.for_tenant(side.tenant_id).order_by("name")
        self.learners = tuple(rows.values_list("pk", flat=True))
        self.page = Page.objects.for_tenant(side.tenant_id).get(key="quiz").pk
        self.staged = self.stage(0)
        approved = self.stage(1)
        self.batch = DATA.open_review(self.context, [approved])
        self.content = DATA.get_review(self.context, self.batch).content_hash
        DATA.approve_review(self.context, self.batch, self.content)
        self.approved = approved
        (self.target,) = (target.id for target in DATA.get_decision(self.context, self.staged).targets)

    def stage(self, number: int) -> int:
        return SERVICE.stage(self.context, self.draft(number))

    def draft(self, number: int) -> Draft:
        return Draft(Kind.MESSAGE, "chosen", (self.learners[number],), wording=MESSAGE)

    @property
    def edit(self) -> Edit:
        return Edit(1, Wording("Another", "Another text."), frozenset({self.target}))

    @property
    def machine(self) -> SectionContext:
        dashboard = self.context.dashboard
        return SectionContext(resolve_for_command(dashboard.section_slug, dashboard.institution_slug))


type Reading = Callable[[World], object]
type Asking = Callable[[World, World], object]
"""What the first asks for with ids of the second."""


def discarded(mine: World) -> object:
    """What is over, after something is."""
    DATA.discard_decision(mine.context, mine.staged)
    return DATA.get_recent(mine.context)


def snoozed_and_woken(console: DecisionConsoleDataOrchestrator | DecisionConsoleService, mine: World) -> None:
    DATA.snooze_decision(mine.context, mine.staged, LATER)
    if isinstance(console, DecisionConsoleService):
        console.wake(mine.context, mine.staged)
    else:
        console.wake_decision(mine.context, mine.staged)


def only_mine(read: Reading) -> Case:
    """What comes out names ids of the first only, and differs from what comes out for the second."""

    def case(tenants: Tenants) -> None:
        mine, other = World(tenants.mine), World(tenants.other)

        found = repr(read(mine))

        assert f"id={mine.staged}," in found or str(mine.learners[0]) in found
        foreign_ids = (
            f"Decision(id={other.staged},",
            f"decision_id={other.staged},",
            f"institution_id={other.tenant_id},",
            f"learner_id={other.learners[0]},",
            f"page_id={other.page},",
        )
        for foreign in foreign_ids:
            assert foreign not in found

    return case


def not_there(ask: Asking, well: Reading) -> Case:
    """An id of the second is as good as none; one of the first is found, and the second does not notice."""

    def case(tenants: Tenants) -> None:
        mine, other = World(tenants.mine), World(tenants.other)
        before = repr(DATA.get_console_data(other.context))

        with pytest.raises(NotThere):
            ask(mine, other)
        well(mine)

        assert repr(DATA.get_console_data(other.context)) == before

    return case


def answered_by_its_own(tenants: Tenants) -> None:
    """Whoever signs is looked up where the decision is: another institution's instructor gets no answers."""
    mine, other = World(tenants.mine), World(tenants.other)
    for world in (mine, other):
        User.objects.filter(pk=world.context.user_id or 0).update(email=f"{world.tenant_id}@instructors.example")

    decision = DATA.get_decision(mine.context, mine.staged)

    signed = decision.staged_by, decision.signature
    assert f"<{mine.tenant_id}@instructors.example>" in DATA.get_reply_to(mine.context, *signed)
    assert DATA.get_reply_to(other.context, *signed) == ""


DATA_CASES: dict[str, Case] = {
    "get_reply_to": answered_by_its_own,
    "get_console_data": only_mine(lambda mine: DATA.get_console_data(mine.context)),
    "get_decision": not_there(
        lambda mine, other: DATA.get_decision(mine.context, other.staged),
        lambda mine: DATA.get_decision(mine.context, mine.staged),
    ),
    "get_recent": only_mine(discarded),
    "get_history": only_mine(lambda mine: (f"id={mine.staged},", DATA.get_history(mine.context))),
    "get_works": only_mine(lambda mine: DATA.get_works(mine.context, mine.learners)),
    "get_pages": only_mine(lambda mine: (f"id={mine.staged},", DATA.get_pages(mine.context))),
    "get_review": not_there(
        lambda mine, other: DATA.get_review(mine.context, other.batch),
        lambda mine: DATA.get_review(mine.context, mine.batch),
    ),
    "add_decision": not_there(
        lambda mine, other: DATA.add_decision(mine.context, other.draft(2)),
        lambda mine: DATA.add_decision(mine.context, mine.draft(2)),
    ),
    "edit_decision": not_there(
        lambda mine, other: DATA.edit_decision(mine.context, other.staged, other.edit),
        lambda mine: DATA.edit_decision(mine.context, mine.staged, mine.edit),
    ),
    "snooze_decision": not_there(
        lambda mine, other: DATA.snooze_decision(mine.context, other.staged, LATER),
        lambda mine: DATA.snooze_decision(mine.context, mine.staged, LATER),
    ),
    "wake_decision": not_there(
        lambda mine, other: DATA.wake_decision(mine.context, other.staged),
        lambda mine: snoozed_and_woken(DATA, mine),
    ),
    "discard_decision": not_there(
        lambda mine, other: DATA.discard_decision(mine.context, other.staged),
        lambda mine: DATA.discard_decision(mine.context, mine.staged),
    ),
    "open_review": not_there(
        lambda mine, other: DATA.open_review(mine.context, [mine.staged, other.staged]),
        lambda mine: DATA.open_review(mine.context, [mine.staged]),
    ),
    "approve_review": not_there(
        lambda mine, other: DATA.approve_review(mine.context, other.batch, other.content),
        lambda mine: DATA.approve_review(mine.context, mine.batch, mine.content),
    ),
    "execute_review": not_there(
        lambda mine, other: DATA.execute_review(mine.context, other.batch),
        lambda mine: DATA.execute_review(mine.context, mine.batch),
    ),
    "resolve_mails": not_there(
        lambda mine, other: DATA.resolve_mails(mine.context, mine.staged, [other.target], Resolution.GIVE_UP),
        lambda mine: DATA.resolve_mails(mine.context, mine.staged, [mine.target], Resolution.GIVE_UP),
    ),
    "run_due": only_mine(lambda mine: (f"id={mine.staged},", DATA.run_due(mine.machine))),
}


def found_by_its_key(tenants: Tenants) -> None:
    """Both have a page of that key; each finds their own."""
    mine, other = World(tenants.mine), World(tenants.other)

    found = SERVICE.find_page(mine.context, "quiz")

    assert found is not None
    assert found.id == mine.page != other.page


SERVICE_CASES: dict[str, Case] = {
    "find_page": found_by_its_key,
    "get_console": only_mine(lambda mine: SERVICE.get_console(mine.context, [mine.staged])),
    "get_decision": not_there(
        lambda mine, other: SERVICE.get_decision(mine.context, other.staged),
        lambda mine: SERVICE.get_decision(mine.context, mine.staged),
    ),
    "get_review": not_there(
        lambda mine, other: SERVICE.get_review(mine.context, other.batch),
        lambda mine: SERVICE.get_review(mine.context, mine.batch),
    ),
    "stage": not_there(
        lambda mine, other: SERVICE.stage(mine.context, other.draft(2)),
        lambda mine: SERVICE.stage(mine.context, mine.draft(2)),
    ),
    "edit": not_there(
        lambda mine, other: SERVICE.edit(mine.context, other.staged, other.edit),
        lambda mine: SERVICE.edit(mine.context, mine.staged, mine.edit),
    ),
    "snooze": not_there(
        lambda mine, other: SERVICE.snooze(mine.context, other.staged, LATER),
        lambda mine: SERVICE.snooze(mine.context, mine.staged, LATER),
    ),
    "wake": not_there(
        lambda mine, other: SERVICE.wake(mine.context, other.staged),
        lambda mine: snoozed_and_woken(SERVICE, mine),
    ),
    "discard": not_there(
        lambda mine, other: SERVICE.discard(mine.context, other.staged),
        lambda mine: SERVICE.discard(mine.context, mine.staged),
    ),
    "review": not_there(
        lambda mine, other: SERVICE.review(mine.context, [other.staged]),
        lambda mine: SERVICE.review(mine.context, [mine.staged]),
    ),
    "approve": not_there(
        lambda mine, other: SERVICE.approve(mine.context, other.batch, other.content),
        lambda mine: SERVICE.approve(mine.context, mine.batch, mine.content),
    ),
    "execute": not_there(
        lambda mine, other: SERVICE.execute(mine.context, other.batch),
        lambda mine: SERVICE.execute(mine.context, mine.batch),
    ),
    "resolve": not_there(
        lambda mine, other: SERVICE.resolve(mine.context, other.staged, [other.target], Resolution.GIVE_UP),
        lambda mine: SERVICE.resolve(mine.context, mine.staged, [mine.target], Resolution.GIVE_UP),
    ),
    "run_due": only_mine(lambda mine: (f"id={mine.staged},", SERVICE.run_due(mine.machine))),
}
CASES: Cases = {
    **{("DecisionConsoleDataOrchestrator", name): case for name, case in DATA_CASES.items()},
    **{("DecisionConsoleService", name): case for name, case in SERVICE_CASES.items()},
}
