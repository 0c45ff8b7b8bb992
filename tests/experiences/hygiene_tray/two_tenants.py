"""A case for every public method of the tray's orchestrator and service: what it does for one tenant, it does there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from experiences.calculators.data_quality import DataQualityCalculator
from experiences.hygiene_tray.contract import Blocks, Replayed
from experiences.hygiene_tray.data import HygieneTrayDataOrchestrator
from experiences.hygiene_tray.issues import Chosen, Issue, Look, NoSuchBatch, NoSuchIssue, Outcome
from experiences.hygiene_tray.service import HygieneTrayService
from experiences.hygiene_tray.states import Status, Verb, Wish
from ingest.letter_facts import letter_facts
from tests.experiences.hygiene_tray.worlds import NOW, World, issue_named, make_score, row_of, seen, spoil
from tests.experiences.tenants import Case, Cases, Side, Tenants

START = Wish(Verb.START)
SERVICE, DATA = HygieneTrayService.__name__, HygieneTrayDataOrchestrator.__name__


class Both:
    """A tray at each tenant, with issues; the other's has one more, of a fault that mine has not."""

    def __init__(self, tenants: Tenants) -> None:
        self.tenants = tenants
        self.world = World(replay=lambda _context, _reason: Replayed(0, 0))
        self.service = self.world.make()
        self.data = HygieneTrayDataOrchestrator(letter_facts)
        for side in (tenants.mine, tenants.other):
            spoil(side.section)
        make_score(tenants.other.section, "Ada", score=99, out_of=10)
        for side in (tenants.mine, tenants.other):
            self.service.look(side.at_section())
        self.here = tenants.mine.at_section()

    def issue_of(self, side: Side) -> Issue:
        return issue_named(self.service, side.at_section(), "missing_due_date")

    @property
    def mine(self) -> Issue:
        return self.issue_of(self.tenants.mine)

    @property
    def theirs(self) -> Issue:
        return self.issue_of(self.tenants.other)

    def is_theirs_untouched(self) -> bool:
        row = row_of(self.theirs, self.tenants.other.section)
        return (row.status, row.version) == (Status.OPEN, 1)


def case(body: Callable[[Both], None]) -> Case:
    return lambda tenants: body(Both(tenants))


def get_tray(both: Both) -> None:
    tray = both.service.get_tray(both.here)

    assert {issue.fault for issue in tray.issues} == {"missing_due_date", "no_objective"}
    assert both.theirs.id not in {issue.id for issue in tray.issues}


def look(both: Both) -> None:
    both.world.clock.pass_time(timedelta(days=1))
    before = both.theirs

    assert both.service.look(both.here, is_forced=True)
    assert both.mine.last_seen_at == both.world.clock.now
    assert both.theirs == before


def change(both: Both) -> None:
    changed = both.service.change(both.here, [seen(both.theirs), seen(both.mine)], START, is_confirmed=True)

    assert [result.outcome for result in changed.results] == [Outcome.UNKNOWN, Outcome.APPLIED]
    assert both.is_theirs_untouched()


def replay(both: Both) -> None:
    with pytest.raises(NoSuchIssue):
        both.service.replay(both.here, seen(both.theirs), is_confirmed=True)

    assert both.is_theirs_untouched()


def undo(both: Both) -> None:
    there = both.tenants.other.at_section()
    theirs = both.service.change(there, [seen(both.theirs)], START).batch
    assert theirs is not None

    with pytest.raises(NoSuchBatch):
        both.service.undo(both.here, theirs)

    assert both.theirs.state.status is Status.IN_PROGRESS


def reorder(both: Both) -> None:
    theirs = [issue.id for issue in both.service.get_tray(both.tenants.other.at_section()).issues]

    assert both.service.reorder(both.here, theirs, 0) is Outcome.ILLEGAL
    assert both.service.get_tray(both.tenants.other.at_section()).order.version == 0


def get_issue(both: Both) -> None:
    assert both.service.get_issue(both.here, both.mine.id) == both.mine
    with pytest.raises(NoSuchIssue):
        both.service.get_issue(both.here, both.theirs.id)


def blocked(both: Both) -> None:
    mine, theirs = both.service.blocked(both.here), both.service.blocked(both.tenants.other.at_section())

    assert mine.pages
    assert not mine.pages & theirs.pages
    assert not mine.activities & theirs.activities


def get_tray_data(both: Both) -> None:
    data = both.data.get_tray_data(both.here, NOW)

    assert (data.institution_id, data.section_id) == (both.tenants.mine.tenant_id, both.tenants.mine.section.pk)
    assert both.theirs.id not in {issue.id for issue in data.issues}


def get_signature(both: Both) -> None:
    before = both.data.get_signature(both.here)
    stamp = both.tenants.other.section.stamp
    stamp.structure += 1
    stamp.save()

    assert both.data.get_signature(both.here) == before


def is_look_due(both: Both) -> None:
    signature = both.data.get_signature(both.here)

    assert not both.data.is_look_due(both.here, signature, NOW)
    assert both.data.is_look_due(both.tenants.other.at_section(), signature + "x", NOW)


def get_facts(both: Both) -> None:
    mine, theirs = (both.data.get_facts(side.at_section(), NOW) for side in (both.tenants.mine, both.tenants.other))

    assert mine.pages
    assert theirs.pages
    assert not {page.page_id for page in mine.pages} & {page.page_id for page in theirs.pages}
    assert mine.grading == ()
    assert theirs.grading


def remember_look(both: Both) -> None:
    known = both.data.get_tray_data(both.here, NOW)
    quality = DataQualityCalculator().score([])
    nothing = Look(NOW + timedelta(days=1), known.as_of, "x", (), {}, quality)

    assert both.data.remember_look(both.here, nothing, uuid4())
    assert both.mine.state.status is Status.RESOLVED
    assert both.is_theirs_untouched()


def last_look(both: Both) -> None:
    look_at_theirs = both.data.last_look(both.tenants.other.at_section())
    both.world.clock.pass_time(timedelta(days=1))
    both.service.look(both.here, is_forced=True)

    assert both.data.last_look(both.here).at == both.world.clock.now
    assert both.data.last_look(both.tenants.other.at_section()) == look_at_theirs


def data_change(both: Both) -> None:
    changed = both.data.change(both.here, [seen(both.theirs)], START, uuid4(), NOW)

    assert [result.outcome for result in changed.results] == [Outcome.UNKNOWN]
    assert both.is_theirs_untouched()


def mark_failed(both: Both) -> None:
    changed = both.data.mark_failed(both.here, Chosen(both.theirs.id, 1), "no", uuid4(), NOW)

    assert [result.outcome for result in changed.results] == [Outcome.UNKNOWN]
    assert both.is_theirs_untouched()


def data_undo(both: Both) -> None:
    theirs = both.data.change(both.tenants.other.at_section(), [seen(both.theirs)], START, uuid4(), NOW).batch
    assert theirs is not None

    with pytest.raises(NoSuchBatch):
        both.data.undo(both.here, theirs, uuid4(), NOW)

    assert both.theirs.state.status is Status.IN_PROGRESS


def data_reorder(both: Both) -> None:
    ids = [issue.id for issue in both.service.get_tray(both.here).issues]

    assert both.data.reorder(both.here, ids, 0) is Outcome.APPLIED
    assert both.data.reorder(both.here, [both.theirs.id, *ids[1:]], 1) is Outcome.ILLEGAL


def get_blocked(both: Both) -> None:
    mine = both.data.get_blocked(both.here)

    assert mine != Blocks()
    assert not mine.pages & both.data.get_blocked(both.tenants.other.at_section()).pages


CASES: Cases = {
    (SERVICE, "get_tray"): case(get_tray),
    (SERVICE, "look"): case(look),
    (SERVICE, "change"): case(change),
    (SERVICE, "replay"): case(replay),
    (SERVICE, "undo"): case(undo),
    (SERVICE, "reorder"): case(reorder),
    (SERVICE, "get_issue"): case(get_issue),
    (SERVICE, "blocked"): case(blocked),
    (DATA, "get_tray_data"): case(get_tray_data),
    (DATA, "get_signature"): case(get_signature),
    (DATA, "is_look_due"): case(is_look_due),
    (DATA, "get_facts"): case(get_facts),
    (DATA, "remember_look"): case(remember_look),
    (DATA, "last_look"): case(last_look),
    (DATA, "change"): case(data_change),
    (DATA, "mark_failed"): case(mark_failed),
    (DATA, "undo"): case(data_undo),
    (DATA, "reorder"): case(data_reorder),
    (DATA, "get_blocked"): case(get_blocked),
}
