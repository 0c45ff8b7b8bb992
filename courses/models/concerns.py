"""What instructors say about the flags of single learners."""

from __future__ import annotations

from django.db import models

from courses.models.people import Learner
from courses.models.structure import Section
from courses.tenancy import TenantOwned


class ConcernNote(TenantOwned):
    """“Not a concern until …” about a learner in a section, or that word taken back. Append-only: the newest holds."""

    class Reason(models.TextChoices):
        """Words for `reason`; not its `choices`, so that a new one needs no migration."""

        TALKED = "talked"
        AGREED = "agreed"
        WORKS_ELSEWHERE = "works_elsewhere"
        DATA_IS_WRONG = "data_is_wrong"

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="+", db_index=False)
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    """From then on the learner is a concern again, if the numbers say so; null takes an older word back."""
    reason = models.CharField(max_length=20, blank=True)
    actor = models.CharField(max_length=40)
    """A pseudonym: `user-7`, as in the audit."""
    actor_name = models.CharField(max_length=150, blank=True)

    class Meta(TenantOwned.Meta):
        indexes = [models.Index(fields=["institution", "section", "learner"], name="concern_of_learner")]

    def __str__(self) -> str:
        return f"learner {self.learner_id} by {self.actor}"
