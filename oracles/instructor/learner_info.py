"""Who is in the class, and when did each of them last learn something here? The oracle that reads everybody's name."""

from __future__ import annotations

from django.db.models import OuterRef, Subquery

from courses.models import LearnerActivity
from oracles.contract import OracleContext
from oracles.instructor.asking import enrolled
from oracles.instructor.naming import Called, called
from oracles.payloads import LearnerInfo, LearnerRow


def load(context: OracleContext) -> LearnerInfo:
    """The roster of the section, by learner id, whatever the scope. One statement."""
    scope = context.scope
    activity = LearnerActivity.objects.for_tenant(scope.tenant_id).filter(section_id=scope.section_id)
    last_activity = activity.filter(learner_id=OuterRef("learner_id")).values("last_event_at")
    roster = enrolled(context).order_by("learner_id").annotate(last_activity=Subquery(last_activity))
    told = ("learner__external_id", "learner__name", "learner__email")
    rows = roster.values_list("learner_id", *told, "last_activity", "institution__names_hidden_since")
    return LearnerInfo(
        tuple(
            LearnerRow(pk, *called(scope.section_id, pk, Called(*names), is_hidden=hidden is not None), last_activity)
            for pk, *names, last_activity, hidden in rows.iterator(chunk_size=2000)
        )
    )
