"""What was written of one section cannot be moved into another one: the database refuses."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection

from courses.models import ActivityAttempt, AssessmentScore, ObjectiveEvidence, PageProgress, Section
from ingest.records import Verb
from ingest.sinks import EventSink
from oracles.contract import TenantId
from tests import builders
from tests.ingest.records import answer, event


@pytest.mark.proves("P4")
@pytest.mark.parametrize("model", [PageProgress, ActivityAttempt, ObjectiveEvidence, AssessmentScore])
def test_a_number_stays_in_the_section_of_its_page(
    mine: TenantId,
    sink: EventSink,
    model: type[PageProgress | ActivityAttempt | ObjectiveEvidence | AssessmentScore],
) -> None:
    sink.write([answer(1, "add", success=True), event(2, verb=Verb.SUBMITTED, page="exam")])
    elsewhere = builders.make_section(Section.objects.for_tenant(mine).get().institution, "geometry")
    rows = model.objects.for_tenant(mine)
    assert rows.exists()

    with pytest.raises(IntegrityError):  # noqa: PT012  deferred on PostgreSQL until constraints are checked
        rows.update(section=elsewhere)
        connection.check_constraints()
