"""Test drives: who is on one, on which data, until when. The sample itself is an institution of its own."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from courses.models import Institution
from courses.tenancy import TenantOwned
from experiences.test_drive.contract import Dataset


class TestDriveSession(TenantOwned):
    """One test drive of a person; at most one of a person is not over."""

    __test__ = False  # pytest takes the name for a test

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    dataset = models.CharField(max_length=10, choices=[(each.value, each.value) for each in Dataset])
    variant = models.CharField(max_length=1)
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    extended_by = models.CharField(max_length=40, blank=True)
    """Pseudonym of the operator."""
    steps_seen = models.JSONField(default=list, blank=True)
    """Codes, in the order in which they were first seen."""
    summary = models.JSONField(default=dict, blank=True)
    """What was shown last, in counts: all that is left after the end."""
    closed_at = models.DateTimeField(null=True, blank=True)
    """It was ended by the person."""

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "user"], condition=Q(closed_at=None), name="test_drive_one_open"
            )
        ]
        indexes = [models.Index(fields=["institution", "expires_at"], name="test_drive_expiry")]

    def __str__(self) -> str:
        return f"test drive of user {self.user_id}"


class Sandbox(TenantOwned):
    """Flags its institution as made up: a sample that belongs to one test drive. Nobody is a member of it."""

    institution = models.OneToOneField(Institution, on_delete=models.CASCADE, related_name="+")
    owner = models.ForeignKey(Institution, on_delete=models.CASCADE, related_name="+")
    """The institution of the person who drives."""
    session = models.BigIntegerField()
    """Of the owner's `TestDriveSession`; a plain number, because no key of ours leads from one tenant into another."""
    made_at = models.DateTimeField()

    class Meta(TenantOwned.Meta):
        verbose_name_plural = "sandboxes"
        indexes = [models.Index(fields=["owner", "session"], name="sandbox_owner")]

    def __str__(self) -> str:
        return f"sandbox {self.institution_id}"
