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
