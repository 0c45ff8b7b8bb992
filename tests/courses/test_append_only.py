"""What was stored of the past cannot be changed, whoever asks the database."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from courses.models import Learner, LearningEvent, Section
from oracles.contract import TenantId
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.mark.proves("P4")
def test_an_event_that_was_stored_cannot_be_changed_but_can_be_erased(section: Section) -> None:
    mine = TenantId(section.institution_id)
    event = builders.make_event(Learner.objects.for_tenant(mine).get(name="Ada"), section.pages.get(key="quiz"))
    events = LearningEvent.objects.for_tenant(mine)

    with pytest.raises(DatabaseError), transaction.atomic():
        events.update(score=1.0)

    assert events.filter(pk=event.pk).delete()[0] == 1
