"""Who is in the class, and when did each of them last learn something here? The only oracle that reads names."""

from __future__ import annotations

from django.db.models import OuterRef, Subquery

from courses.models import LearnerActivity
from oracles.contract import OracleContext
from oracles.instructor.asking import enrolled
from oracles.payloads import LearnerInfo, LearnerRow


def load(context: OracleContext) -> LearnerInfo:
    """The roster of the section, by learner id, whatever the scope. One statement."""
    scope = context.scope
    activity = LearnerActivity.objects.for_tenant(scope.tenant_id).filter(section_id=scope.section_id)
    last_activity = activity.filter(learner_id=OuterRef("learner_id")).values("last_event_at")
    roster = enrolled(context).order_by("learner_id").annotate(last_activity=Subquery(last_activity))
    fields = ("learner_id", "learner__external_id", "learner__name", "learner__email", "last_activity")
    return LearnerInfo(tuple(LearnerRow(*row) for row in roster.values_list(*fields).iterator(chunk_size=2000)))
