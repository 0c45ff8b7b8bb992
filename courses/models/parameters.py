"""What instructors set for a section."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from courses.models.structure import Section
from courses.tenancy import TenantOwned


class SupportParameters(TenantOwned):
    """The student-support thresholds of a section, shared by its instructors. Percentages are integers 0..100."""

    section = models.OneToOneField(Section, on_delete=models.CASCADE, related_name="support_parameters")
    inactivity_days = models.PositiveSmallIntegerField(default=7)
    progress_low = models.PositiveSmallIntegerField(default=40)
    progress_high = models.PositiveSmallIntegerField(default=80)
    proficiency_low = models.PositiveSmallIntegerField(default=40)
    proficiency_high = models.PositiveSmallIntegerField(default=80)
    version = models.PositiveIntegerField(default=1)
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta(TenantOwned.Meta):
        verbose_name_plural = "support parameters"
        constraints = [
            models.CheckConstraint(
                condition=Q(progress_low__lt=models.F("progress_high"), progress_high__lte=100),
                name="support_progress_order",
            ),
            models.CheckConstraint(
                condition=Q(proficiency_low__lt=models.F("proficiency_high"), proficiency_high__lte=100),
                name="support_proficiency_order",
            ),
            models.CheckConstraint(condition=Q(inactivity_days__in=[7, 14, 30, 90]), name="support_inactivity_days"),
        ]


class SupportChange(TenantOwned):
    """One change of a section's student-support thresholds. Append-only: who, when, what it was, what it became."""

    class Kind(models.TextChoices):
        """Words for `kind`; not its `choices`, so that a new one needs no migration."""

        SAVED = "saved"
        RESET = "reset"

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="+", db_index=False)
    version = models.PositiveIntegerField()
    """Of the thresholds that it made."""
    at = models.DateTimeField()
    actor = models.CharField(max_length=40)
    """A pseudonym: `user-7`, as in the audit."""
    actor_name = models.CharField(max_length=150, blank=True)
    """The account's name as it was then: the entry outlives the account."""
    kind = models.CharField(max_length=12)
    before = models.JSONField()
    """The fields of `SupportThresholds`, by name."""
    after = models.JSONField()

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["institution", "section", "version"], name="support_change_version")
        ]

    def __str__(self) -> str:
        return f"{self.kind} by {self.actor}"
