"""What stands behind the tiles: the rules of a snapshot, work beside readiness, a last good value that is one's own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import pytest

from coordinator.actions import ShowCompletion, ShowFailure, ShowLoading, ShowResult, Update
from coordinator.contract import Cause, Outcome, Token
from courses.contract import DashboardContext, Role
from dashboard_project.web.board import Board, fold
from dashboard_project.web.parts import derive_with, needs_of
from dashboard_project.web.present import TILES
from dashboard_project.web.tiles import TileMaker, Viewing
from dashboard_project.web.urlstate import ViewState
from oracles.contract import Failed, FailureReason, Loaded, OracleKey, OracleResult, Scope
from snapshot.assembler import assemble
from snapshot.contract import Capability, Readiness, Reason
from snapshot.data_snapshot import profile_of
from snapshot.projections import RULES
from snapshot.projections.rules import Rules
from tests.fakes import FakeMeter
from tests.snapshot.classroom import MIXED, NOW, Classroom, metadata
from tests.snapshot.versions import GROWN

CLASS = Classroom(MIXED, (100.0,))
UNIT = Classroom(MIXED, unit="unit-1")
KEYS = profile_of(RULES).keys
SHOWN = [tile.capability for tile in TILES]
BOTH_TIMES = pytest.mark.parametrize("cause", [Cause.DATA_CHANGED, Cause.RETRIED])


def viewing(scope: Scope) -> Viewing:
    context = DashboardContext(scope, Role.INSTRUCTOR, 5, "lakeside", "algebra", "Autumn", "Algebra", "Europe/Madrid")
    return Viewing(context, ViewState(scope=scope.address), "en", NOW)


@dataclass
class House:
    """A board into which updates come, and the tiles that are made of it."""

    rules: Rules = RULES
    meter: FakeMeter = field(default_factory=FakeMeter)
    board: Board | None = None

    def __post_init__(self) -> None:
        self.maker = TileMaker(needs_of(self.rules), derive_with(self.rules, self.meter))

    def hear(self, *updates: Update) -> None:
        for update in updates:
            self.board = fold(self.board, update)

    def tiles(self) -> dict[Capability, str]:
        assert self.board is not None
        made = self.maker.make(SHOWN, self.board, viewing(self.board.scope))
        return {capability: tile.html(1) for capability, tile in made.items()}

    def marks(self, mark: str) -> dict[Capability, str]:
        return {
            kind: found[1] for kind, html in self.tiles().items() if (found := re.search(f'{mark}="([^"]*)"', html))
        }


def loading(scope: Scope, token: int = 1, cause: Cause = Cause.SELECTED) -> ShowLoading:
    return ShowLoading(Token(token), scope, KEYS, cause)


def answers(classroom: Classroom, *without: OracleKey, token: int = 1) -> list[Update]:
    results = classroom.results(*without)
    return [ShowResult(Token(token), classroom.scope, found) for found in results.values() if isinstance(found, Loaded)]


def complete(classroom: Classroom, token: int = 1) -> list[Update]:
    done = ShowCompletion(Token(token), classroom.scope, Outcome.SUCCESS)
    return [loading(classroom.scope, token), *answers(classroom, token=token), done]


def numbers(html: str) -> list[tuple[str, str]]:
    return re.findall(r'<data value="([^"]*)" data-fact="([^"]*)"', html)


@pytest.mark.proves("snapshot:AC-007", "snapshot:FR-012", "S4", "S5")
@pytest.mark.parametrize("rules", [RULES, GROWN], ids=["first", "second"])
def test_a_tile_and_a_snapshot_of_the_same_rules_have_the_same_fingerprint(rules: Rules) -> None:
    house = House(rules)
    house.hear(*complete(CLASS))
    snapshot = assemble(metadata(), CLASS.scope, "1", CLASS.results(), "id", rules=rules)

    assert house.marks("data-fingerprint") == {kind: snapshot.fingerprints[kind] for kind in SHOWN}


@pytest.mark.proves("snapshot:AC-007")
def test_a_repaint_of_one_answer_goes_by_the_version_in_force() -> None:
    house = House(GROWN)
    house.hear(loading(CLASS.scope), *answers(CLASS, OracleKey("objectives"), OracleKey("assessments")))

    assert "1. Unit-1" in house.tiles()[Capability.PROGRESS]


@pytest.mark.proves("snapshot:FR-004", "S2", "UX-19")
def test_what_has_not_come_yet_is_loading_and_never_failed() -> None:
    house = House()
    house.hear(loading(CLASS.scope), *answers(CLASS, OracleKey("objectives"), OracleKey("assessments")))

    work, readiness = house.marks("data-work"), house.marks("data-readiness")

    assert (work[Capability.ASSESSMENTS], readiness[Capability.ASSESSMENTS]) == ("loading", Readiness.UNAVAILABLE)
    assert (work[Capability.PROGRESS], readiness[Capability.PROGRESS]) == ("idle", Readiness.READY)
    assert (work[Capability.SUMMARY], readiness[Capability.SUMMARY]) == ("refreshing", Readiness.PARTIAL)
    assert Readiness.FAILED not in readiness.values()


@pytest.mark.proves("snapshot:FR-004")
def test_a_snapshot_of_half_the_answers_is_unavailable_where_it_lacks_them_and_never_failed() -> None:
    lacking = CLASS.results(OracleKey("objectives"))

    found = assemble(metadata(), CLASS.scope, "1", lacking, "id")

    status = found.projection_statuses[Capability.CHALLENGING_OBJECTIVES]
    assert (status.readiness, status.reason) == (Readiness.UNAVAILABLE, Reason.MISSING_ORACLE_PAYLOAD)
    assert Capability.CHALLENGING_OBJECTIVES not in found.fingerprints
    assert not [fact for fact in found.facts if fact.startswith("challenging_objectives")]


@BOTH_TIMES
def test_while_its_own_scope_refreshes_a_tile_keeps_its_last_good_numbers(cause: Cause) -> None:
    house = House()
    house.hear(*complete(CLASS))
    before = house.tiles()

    house.hear(loading(CLASS.scope, 2, cause))

    assert set(house.marks("data-work").values()) == {"refreshing"}
    assert set(house.marks("data-readiness").values()) == {"ready"}
    for capability, html in house.tiles().items():
        assert numbers(html) == numbers(before[capability])


@BOTH_TIMES
def test_a_refresh_that_fails_takes_no_good_number_away(cause: Cause) -> None:
    house = House()
    house.hear(*complete(CLASS))
    before = house.tiles()
    failures = [
        ShowFailure(Token(2), CLASS.scope, Failed(CLASS.scope, key, FailureReason.ORACLE_ERROR)) for key in KEYS
    ]

    house.hear(loading(CLASS.scope, 2, cause), *failures, ShowCompletion(Token(2), CLASS.scope, Outcome.FAILED))

    for capability, html in house.tiles().items():
        assert numbers(html) == numbers(before[capability])


def test_a_refresh_that_succeeds_shows_the_new_numbers() -> None:
    house = House()
    house.hear(*complete(CLASS))
    moved = replace(CLASS, scores=(100.0, 0.0))

    house.hear(loading(CLASS.scope, 2, Cause.DATA_CHANGED), *newer(moved, 2))

    assert ("50.0", "assessments.quiz.mean") in numbers(house.tiles()[Capability.ASSESSMENTS])


def newer(classroom: Classroom, token: int) -> list[Update]:
    """Answers that were read after the data had moved."""

    def moved(result: OracleResult) -> OracleResult:
        assert isinstance(result, Loaded)
        return replace(result, stamp=replace(result.stamp, scores=9, progress=9))

    return [ShowResult(Token(token), classroom.scope, moved(each)) for each in classroom.results().values()]  # type: ignore[arg-type]


@pytest.mark.parametrize("cause", list(Cause))
def test_a_tile_never_shows_the_numbers_of_another_scope(cause: Cause) -> None:
    house = House()
    house.hear(*complete(CLASS))

    house.hear(loading(UNIT.scope, 2, cause))

    assert [numbers(html) for html in house.tiles().values() if numbers(html)] == []
    assert set(house.marks("data-scope").values()) == {"container:unit-1"}
    assert set(house.marks("data-work").values()) == {"loading"}


@pytest.mark.proves("snapshot:NFR-OPS-001")
def test_tiles_say_how_ready_they_are_too() -> None:
    house = House()
    house.hear(*complete(CLASS))

    house.tiles()

    assert house.meter.counts["projection_status"] == len(SHOWN)
