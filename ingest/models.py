"""Records that were given up, kept to be seen, mended and replayed; and who may send any."""

from __future__ import annotations

from django.db import models

from courses.models import Section
from courses.tenancy import TenantOwned

LONGEST_NAME = 120


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
    """Of section and payload: what makes two dead letters the same."""

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["institution", "digest"], name="dead_letter_once")]
        indexes = [models.Index(fields=["institution", "status", "first_failed_at"], name="dead_letter_waiting")]


class BearerToken(TenantOwned):
    """Lets a program of the institution send events. The secret itself is shown once and kept nowhere."""

    name = models.CharField(max_length=LONGEST_NAME)
    """What sends with it: for people."""
    digest = models.BinaryField(max_length=32, unique=True, editable=False)
    """SHA-256 of the secret, which is 256 bits of chance: nothing slower is needed against guessing."""
    ending = models.CharField(max_length=4, editable=False)
    """The secret's last characters, by which people tell tokens apart."""
    created_at = models.DateTimeField(editable=False)
    rotated_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    last_used_on = models.DateField(null=True, blank=True, editable=False)

    secret: str | None = None
    """Only on the instance that was made or rotated just now; never stored."""

    class Meta(TenantOwned.Meta):
        indexes = [models.Index(fields=["institution", "name"], name="bearer_token_name")]

    def __str__(self) -> str:
        return f"{self.name} (…{self.ending})"
