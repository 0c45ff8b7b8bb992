"""The tray's own memory: issues, what became of them, in which order, and how the score went."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from courses.models import Page, Section
from courses.tenancy import TenantOwned
from experiences.hygiene_tray.contract import Targets

DEFAULTS = Targets()


class TrayIssue(TenantOwned):
    """One fault of a section's data, seen once or more often; `fingerprint` is its identity."""

    class Status(models.TextChoices):
        OPEN = "open"
        IN_PROGRESS = "in_progress"
        RESOLVED = "resolved"
        IGNORED = "ignored"
        ERROR = "error"

    class Closed(models.TextChoices):
        NOT = ""
        PERSON = "person"
        DETECTOR = "detector"

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="+", db_index=False)
    fingerprint = models.CharField(max_length=32)
    detector = models.CharField(max_length=24)
    fault = models.CharField(max_length=24)
    subject = models.CharField(max_length=600)
    title = models.CharField(max_length=300, blank=True)
    """Of the subject; names no person."""
    page = models.ForeignKey(Page, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    severity = models.CharField(max_length=8)
    effort = models.CharField(max_length=8)
    impact = models.FloatField(default=0)
    """0..100."""
    learners = models.PositiveIntegerField(default=0)
    grade_share = models.FloatField(null=True, blank=True)
    regained = models.FloatField(null=True, blank=True)
    numbers = models.JSONField(default=dict, blank=True)
    blocks = models.JSONField(default=dict, blank=True)
    """`learners`, `pages`, `activities`: ids."""
    is_detected = models.BooleanField(default=True)
    """The last look found it."""
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.OPEN)
    reason = models.CharField(max_length=500, blank=True)
    """Why it is ignored, or what went wrong."""
    ignored_until = models.DateTimeField(null=True, blank=True)
    reviewed = models.BooleanField(default=False)
    """Somebody who cannot mend it has seen it."""
    closed_by = models.CharField(max_length=8, choices=Closed.choices, blank=True, default=Closed.NOT)
    is_contested = models.BooleanField(default=False)
    """Resolved by hand, and a look since then still found it."""
    version = models.PositiveIntegerField(default=1)
    """Counts changes of the state; numbers may move without it."""
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["institution", "section", "fingerprint"], name="tray_issue_once"),
            models.CheckConstraint(
                condition=Q(status="ignored") | Q(ignored_until__isnull=True), name="tray_until_is_of_ignored"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fault} of {self.subject}"


class TrayChange(TenantOwned):
    """One change of an issue's state. Append-only: the database refuses anything else."""

    class DecidedBy(models.TextChoices):
        HUMAN = "human"
        HUMAN_BULK = "human_bulk"
        MACHINE = "machine"

    issue = models.ForeignKey(TrayIssue, on_delete=models.CASCADE, related_name="changes")
    at = models.DateTimeField()
    verb = models.CharField(max_length=16)
    decided_by = models.CharField(max_length=12)
    actor = models.CharField(max_length=40)
    """A pseudonym: `user-7`, `command`, `detector`."""
    batch = models.UUIDField()
    """Changes that were made together."""
    before = models.JSONField()
    after = models.JSONField()
    version = models.PositiveIntegerField()
    """Of the issue, after the change."""

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["institution", "issue", "version"], name="tray_change_once")]
        indexes = [models.Index(fields=["institution", "batch"], name="tray_change_batch")]

    def __str__(self) -> str:
        return f"{self.verb} by {self.actor}"


class TrayOrder(TenantOwned):
    """In which order a person wants to work through a section's issues."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="+", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    issues = models.JSONField(default=list)
    """Ids, first things first."""
    version = models.PositiveIntegerField(default=1)

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["institution", "section", "user"], name="tray_order_once")]

    def __str__(self) -> str:
        return f"order of user {self.user_id}"


class TrayScan(TenantOwned):
    """The last look at a section, and how far its data had come then. Whoever looks locks this row first."""

    section = models.OneToOneField(Section, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField(null=True, blank=True)
    as_of = models.DateTimeField(null=True, blank=True)
    signature = models.CharField(max_length=32, blank=True)
    unmeasured = models.JSONField(default=dict)
    """Detector → why it could not look."""

    class Meta(TenantOwned.Meta):
        pass

    def __str__(self) -> str:
        return f"scan of section {self.section_id}"


class HygieneScore(TenantOwned):
    """A section's score on a day of its own time zone: the last one of that day."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="+", db_index=False)
    day = models.DateField()
    at = models.DateTimeField()
    score = models.FloatField(null=True, blank=True)
    """0..100; null = nothing could be checked."""
    confidence = models.CharField(max_length=8)
    checks = models.PositiveIntegerField(default=0)
    dimensions = models.JSONField(default=dict)

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["institution", "section", "day"], name="hygiene_score_daily")]

    def __str__(self) -> str:
        return f"{self.score} on {self.day}"


class TrayTargets(TenantOwned):
    """What a section promises, where it differs from the defaults."""

    section = models.OneToOneField(Section, on_delete=models.CASCADE, related_name="+")
    grading_days = models.PositiveSmallIntegerField(default=DEFAULTS.grading_days)
    high_stakes_pct = models.PositiveSmallIntegerField(default=DEFAULTS.high_stakes_pct)
    feed_hours = models.PositiveSmallIntegerField(default=DEFAULTS.feed_hours)

    class Meta(TenantOwned.Meta):
        verbose_name_plural = "tray targets"
        constraints = [
            models.CheckConstraint(
                condition=Q(grading_days__range=(1, 120), high_stakes_pct__range=(1, 100), feed_hours__range=(1, 2000)),
                name="tray_targets_in_range",
            )
        ]

    def __str__(self) -> str:
        return f"targets of section {self.section_id}"
