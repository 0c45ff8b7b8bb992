"""What was reported to us."""

from __future__ import annotations

from django.db import models

from courses.models.people import Learner
from courses.models.structure import Activity, Page, Section
from courses.tenancy import TenantOwned


class LearningEvent(TenantOwned):
    """A fact that was reported to us. Append-only; `(institution, event_id)` is its identity."""

    class Verb(models.TextChoices):
        EXPERIENCED = "experienced"
        ANSWERED = "answered"
        SUBMITTED = "submitted"
        SCORED = "scored"

    event_id = models.UUIDField()
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="events", db_index=False)
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="events")
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="events")
    activity = models.ForeignKey(Activity, null=True, blank=True, on_delete=models.CASCADE, related_name="events")
    verb = models.CharField(max_length=12, choices=Verb.choices)
    success = models.BooleanField(null=True, blank=True)
    """Of the first attempt this event reports; null = no outcome."""
    attempts = models.PositiveIntegerField(default=0)
    """Attempts this event stands for: 1 for a single answer, more for an aggregated row."""
    correct = models.PositiveIntegerField(default=0)
    score = models.FloatField(null=True, blank=True)
    out_of = models.FloatField(null=True, blank=True)
    result = models.JSONField(default=dict, blank=True)
    """What else the source said (clicks, banked, hints, …)."""
    timestamp = models.DateTimeField()
    sequence = models.BigIntegerField(default=0)
    """Order within the source among equal timestamps (file order); 0 for live events."""
    stored = models.DateTimeField()
    source = models.CharField(max_length=40)
    content_hash = models.BinaryField(max_length=16)

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["institution", "event_id"], name="event_once")]
        indexes = [
            models.Index(fields=["institution", "section", "learner", "page"], name="event_learner_page"),
            models.Index(fields=["institution", "section", "timestamp"], name="event_time"),
        ]
