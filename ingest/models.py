"""Records that were given up, kept so that somebody can see them, mend the cause and replay them."""

from __future__ import annotations

from django.db import models

from courses.models import Section
from courses.tenancy import TenantOwned


class DeadLetter(TenantOwned):
    """One record given up (or kept back as a conflict), with the reason. The same record again adds nothing."""

    class Status(models.TextChoices):
        WAITING = "waiting"
        REPLAYED = "replayed"
        DISCARDED = "discarded"

    section = models.ForeignKey(Section, null=True, blank=True, on_delete=models.CASCADE, related_name="dead_letters")
    source = models.CharField(max_length=40)
    record_key = models.CharField(max_length=200)
    """What the source calls the record: an event id."""
    payload = models.TextField()
    """The record as ASCII JSON: text, because PostgreSQL's jsonb refuses characters that a record may be dead for."""
    schema_version = models.PositiveSmallIntegerField(default=1)
    reason = models.CharField(max_length=40)
    detail = models.CharField(max_length=500)
    error_class = models.CharField(max_length=100, blank=True)
    attempts = models.PositiveIntegerField(default=1)
    first_failed_at = models.DateTimeField()
    last_failed_at = models.DateTimeField()
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.WAITING)
    digest = models.BinaryField(max_length=16)
    """Of section, reason and payload: what makes two dead letters the same."""

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["institution", "digest"], name="dead_letter_once")]
        indexes = [models.Index(fields=["institution", "status", "first_failed_at"], name="dead_letter_waiting")]
