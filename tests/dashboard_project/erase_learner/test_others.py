"""What is stored of everybody else stands as it stood."""

from __future__ import annotations

import pytest

from courses import models
from courses.models import Institution, Learner, Section
from ingest.models import DeadLetter
from ingest.rollups import differences
from oracles.contract import TenantId
from tests.dashboard_project.erase_learner.zoe import EXTERNAL, NAME, erase, give_up, section_of

pytestmark = [pytest.mark.django_db, pytest.mark.proves("I9", "UX-28")]


def test_rollups_still_say_what_the_events_say_and_nobody_elses_rows_went(mine: TenantId) -> None:
    tables = (models.LearningEvent, models.PageProgress, models.ActivityAttempt, models.LearnerActivity)
    theirs = {table: table.objects.for_tenant(mine).filter(learner__external_id="s1").count() for table in tables}

    erase()

    assert differences(mine, Section.objects.for_tenant(mine).get().pk) == []
    assert {table: table.objects.for_tenant(mine).count() for table in tables} == theirs


def test_the_same_id_in_another_institution_stays(mine: TenantId, other_institution: Institution) -> None:
    theirs = TenantId(other_institution.pk)
    section_of(theirs)
    give_up(theirs, 500, EXTERNAL)

    erase()

    assert Learner.objects.for_tenant(theirs).filter(external_id=EXTERNAL, name=NAME).exists()
    assert DeadLetter.objects.for_tenant(theirs).count() == 1


def test_letters_of_others_whose_id_only_looks_like_it_stay(mine: TenantId) -> None:
    give_up(mine, 500, f"{EXTERNAL}-b")

    erase()

    assert DeadLetter.objects.for_tenant(mine).count() == 1
