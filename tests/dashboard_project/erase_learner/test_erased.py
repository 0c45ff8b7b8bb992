"""Nothing of the person is left, in whatever table, spool or open dashboard it stood."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey
from pytest_django import DjangoCaptureOnCommitCallbacks

from coordinator.writes.ports import DeadLetter as GivenUp
from courses.erasure import erasing, pointers
from courses.models import Learner, Section, SectionStamp
from courses.tenancy import TenantOwned
from ingest.last_resorts import spool
from ingest.models import DeadLetter
from ingest.placing import Placed
from oracles.contract import TenantId
from tests.dashboard_project.erase_learner.zoe import EMAIL, EXTERNAL, MARKS, NAME, erase, give_up
from tests.dashboard_project.stored_text import holding
from tests.ingest.records import event

pytestmark = [pytest.mark.django_db, pytest.mark.proves("I9", "UX-28")]


def test_no_byte_of_name_id_or_address_is_left_in_any_table(mine: TenantId) -> None:
    give_up(mine, 500, EXTERNAL)
    give_up(mine, 501, "s1", detail=f"no learner {EXTERNAL!r} here", helped_by=NAME, at=EMAIL)
    assert holding(*MARKS) == [
        "courses_learner.email",
        "courses_learner.external_id",
        "courses_learner.name",
        "ingest_deadletter.detail",
        "ingest_deadletter.payload",
    ]

    erase()

    assert holding(*MARKS) == []


def test_it_says_what_was_erased_by_table(mine: TenantId) -> None:
    give_up(mine, 500, EXTERNAL)

    said = erase()

    assert said["code"] == "erased"
    assert said["sections"] == 1
    assert said["left"] == {}
    assert said["rows"] == {
        "courses_activityattempt": 2,
        "courses_concernnote": 1,
        "courses_enrollment": 1,
        "courses_learner": 1,
        "courses_learneractivity": 1,
        "courses_learningevent": 3,
        "courses_objectiveevidence": 2,
        "courses_pageprogress": 2,
        "ingest_deadletter": 1,
    }


def test_stamps_move_so_that_open_dashboards_let_go_of_the_name(
    mine: TenantId, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    before = SectionStamp.objects.for_tenant(mine).get()
    connection.run_on_commit.clear()  # the set-up told of the section, too, and would be told once for both

    with django_capture_on_commit_callbacks() as told:
        erase()

    after = SectionStamp.objects.for_tenant(mine).get()
    moved = ("roster", "progress", "evidence", "scores")
    assert [getattr(after, name) - getattr(before, name) for name in moved] == [1, 1, 1, 1]
    assert after.names_from == after.roster
    assert len(told) == 1


def test_somebody_of_whom_there_are_only_dead_letters_can_be_erased(mine: TenantId) -> None:
    give_up(mine, 500, "ghost-31337")

    said = erase(learner="ghost-31337")

    assert said["rows"] == {"ingest_deadletter": 1}
    assert holding("ghost-31337") == []


def test_the_spool_lets_go_of_the_person_and_keeps_the_others(mine: TenantId) -> None:
    section = Section.objects.for_tenant(mine).get()
    waiting = [
        GivenUp(Placed(mine, section.pk, section.slug, event(number, learner)), str(mine), "exhausted", "gave up")
        for number, learner in ((700, "s1"), (701, EXTERNAL), (702, "s2"))
    ]
    spool().keep(waiting)

    said = erase()

    assert said["rows"]["spool"] == 1  # type: ignore[index]
    assert EXTERNAL not in spool().path.read_text()
    assert spool().unload() == 2
    assert set(DeadLetter.objects.for_tenant(mine).values_list("record_key", flat=True)) == {
        str(UUID(int=700)),
        str(UUID(int=702)),
    }


def test_other_apps_do_their_part_in_the_same_transaction(mine: TenantId) -> None:
    def forget(subject: object, **_: object) -> int:
        assert connection.in_atomic_block
        return 5

    erasing.connect(forget)
    try:
        said = erase()
    finally:
        erasing.disconnect(forget)

    assert said["rows"][__name__] == 5  # type: ignore[index]


def test_every_table_that_points_to_learners_is_emptied_even_one_that_nobody_thought_of() -> None:
    owned = (model for model in apps.get_models() if issubclass(model, TenantOwned))
    pointing = {
        (model, field.name)
        for model in owned
        for field in model._meta.local_fields
        if isinstance(field, ForeignKey) and field.related_model is Learner
    }

    assert set(pointers()) == pointing
