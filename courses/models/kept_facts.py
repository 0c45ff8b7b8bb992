"""What a section's numbers were, and when somebody last looked: what “what changed since …” is told from."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from courses.models.structure import Section
from courses.tenancy import TenantOwned


class KeptFacts(TenantOwned):
    """The first complete numbers that were shown of a scope on a day, under one set of settings. Names no learner."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="+", db_index=False)
    scope = models.CharField(max_length=220)
    """Address: `course` or `container:<key>`."""
    config_signature = models.CharField(max_length=64)
    """Digest of the settings that change numbers."""
    taken_at = models.DateTimeField()
    day = models.DateField()
    """Of `taken_at`, in the section's zone."""
    as_of = models.DateTimeField(null=True, blank=True)
    """Newest event time that the numbers had seen."""
    events = models.PositiveBigIntegerField()
    """Events that had been reported for the section."""
    facts = models.JSONField()
    """Fact id → number, or null for what could not be computed."""
    fingerprints = models.JSONField()
    """Capability → digest of its facts."""

    class Meta(TenantOwned.Meta):
        verbose_name_plural = "kept facts"
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "section", "scope", "day", "config_signature"], name="kept_facts_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.scope} on {self.day}"


class LastVisit(TenantOwned):
    """When a person last had a scope on the screen; `previous_at` is the end of the visit before this one."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="+", db_index=False)
    scope = models.CharField(max_length=220)
    seen_at = models.DateTimeField()
    previous_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["institution", "section", "user", "scope"], name="last_visit_once")
        ]

    def __str__(self) -> str:
        return f"user {self.user_id} at {self.scope}"
