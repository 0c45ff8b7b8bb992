"""The outbox's only table."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from courses.models import Learner
from courses.tenancy import TenantOwned
from experiences.outbox.contract import LONGEST_ADDRESS, LONGEST_KEY, LONGEST_SUBJECT, Status


class OutgoingMail(TenantOwned):
    """A mail, from the transaction that decided on it to its end. Text and address go thirty days after that."""

    key = models.CharField(max_length=LONGEST_KEY)
    kind = models.CharField(max_length=40)
    learner = models.ForeignKey(Learner, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    to = models.CharField(max_length=LONGEST_ADDRESS)
    subject = models.CharField(max_length=LONGEST_SUBJECT)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(default=list, blank=True)
    """Pairs of name and value."""
    status = models.CharField(
        max_length=12, choices=[(each.value, each.value) for each in Status], default=Status.QUEUED.value
    )
    due_at = models.DateTimeField()
    """Not before then: its first time, or its next."""
    attempts = models.PositiveSmallIntegerField(default=0)
    claim = models.CharField(max_length=32, blank=True)
    """Whose hands it is in: who lost the claim records nothing."""
    claimed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=100, blank=True)
    """Class and code of the last failure: nothing of what a server says, which may name people."""
    enqueued_by = models.CharField(max_length=32)
    """The call that stored it: so that of two calls with one key only one says that it is new."""
    enqueued_at = models.DateTimeField()
    resolved_by = models.CharField(max_length=40, blank=True)
    """Pseudonym of the person who said what became of it."""

    class Meta(TenantOwned.Meta):
        verbose_name_plural = "outgoing mail"
        constraints = [models.UniqueConstraint(fields=["institution", "key"], name="mail_once")]
        indexes = [
            models.Index(fields=["institution", "due_at"], condition=Q(status="queued"), name="mail_due"),
            models.Index(fields=["institution", "claimed_at"], condition=Q(status="claimed"), name="mail_claimed"),
            models.Index(fields=["institution", "ended_at"], name="mail_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
