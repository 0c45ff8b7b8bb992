"""What the digest remembers of people who teach: deliveries, wishes, how far they are, which arm they are in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from courses.tenancy import TenantOwned


class OfPerson(TenantOwned):
    """A row about a person in one institution."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta(TenantOwned.Meta):
        abstract = True

    def __str__(self) -> str:
        return f"{type(self).__name__} of user {self.user_id}"


class DigestDelivery(OfPerson):
    """One digest that was handed to the outbox: once per person, period and kind, whoever runs how often."""

    kind = models.CharField(max_length=20)
    period = models.CharField(max_length=20)
    window_start = models.DateTimeField(null=True, blank=True)
    cut_off = models.DateTimeField()
    """Where the next window begins."""
    delivered_at = models.DateTimeField()
    variant = models.CharField(max_length=10, blank=True)
    sections = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    """Of subject, text and HTML."""
    mail_key = models.CharField(max_length=200)
    opened_at = models.DateTimeField(null=True, blank=True)
    """When the person first had its page before them. Mail itself is not followed: nothing in it reports back."""
    acted_at = models.DateTimeField(null=True, blank=True)
    """When the person said that they had dealt with it."""

    class Meta(OfPerson.Meta):
        verbose_name_plural = "digest deliveries"
        constraints = [models.UniqueConstraint(fields=["institution", "user", "period", "kind"], name="digest_once")]
        indexes = [models.Index(fields=["institution", "user", "kind", "cut_off"], name="digest_cut_off")]


class DigestPreference(OfPerson):
    """What a person wants of the digest; without a row, one by mail each Monday."""

    by_mail = models.BooleanField(default=True)
    weekday = models.PositiveSmallIntegerField(default=0)
    """0 is Monday, in the institution's zone."""
    language = models.CharField(max_length=10, blank=True, default="")
    """Of the mail, as a code of the setting LANGUAGES; empty is the installation's."""
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=20)
    """`person` or `one_click`."""

    class Meta(OfPerson.Meta):
        constraints = [
            models.UniqueConstraint(fields=["institution", "user"], name="digest_preference_once"),
            models.CheckConstraint(condition=Q(weekday__lte=6), name="digest_weekday"),
        ]


class DigestProgress(OfPerson):
    """How far a person is with the digests of a kind."""

    kind = models.CharField(max_length=20)
    current_step = models.CharField(max_length=20, default="start")
    progress_percentage = models.PositiveSmallIntegerField(default=0)
    insights = models.PositiveIntegerField(default=0)
    recommendations = models.PositiveIntegerField(default=0)
    last_analyzed = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)

    class Meta(OfPerson.Meta):
        verbose_name_plural = "digest progress"
        constraints = [models.UniqueConstraint(fields=["institution", "user", "kind"], name="digest_progress_once")]


class DigestAssignment(OfPerson):
    """In which arm of an experiment a person is; it stays whatever becomes of the key."""

    experiment = models.CharField(max_length=40)
    arm = models.CharField(max_length=10)
    assigned_at = models.DateTimeField()

    class Meta(OfPerson.Meta):
        constraints = [
            models.UniqueConstraint(fields=["institution", "user", "experiment"], name="digest_assignment_once")
        ]


class DigestExposure(OfPerson):
    """A person was sent something under an arm. Append-only; previews are none."""

    experiment = models.CharField(max_length=40)
    arm = models.CharField(max_length=10)
    period = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta(OfPerson.Meta):
        indexes = [models.Index(fields=["institution", "experiment", "arm"], name="digest_exposure_arm")]
