"""What follows from the events, kept in the same transaction; and how far a section's data has moved.

Facts and rollups have no index on the section alone: their keys begin with institution and section, and every index
costs each event that is written.
"""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from courses.models.people import Learner
from courses.models.structure import Activity, Objective, Page, Section
from courses.tenancy import TenantOwned


class PageProgress(TenantOwned):
    """Rollup, learner × page: how much of the page was done, and the first attempts on its activities."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="+", db_index=False)
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="+")
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    progress = models.FloatField(default=0)
    """0..1: 1 from the first event on a page without activities, else activities attempted ÷ activities."""
    first_attempts = models.PositiveIntegerField(default=0)
    first_correct = models.PositiveIntegerField(default=0)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)

    class Meta(TenantOwned.Meta):
        verbose_name_plural = "page progress"
        constraints = [
            models.UniqueConstraint(fields=["institution", "section", "page", "learner"], name="page_progress_once")
        ]
        indexes = [
            # All that the oracles read, in the order they sum it: a class of 10 000 is read three times as fast.
            models.Index(
                fields=["institution", "section", "learner", "page", "progress", "first_attempts", "first_correct"],
                name="page_progress_reading",
            )
        ]


class ActivityAttempt(TenantOwned):
    """Rollup, learner × activity: the earliest attempt by (timestamp, sequence, event id), and how many followed."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="+", db_index=False)
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="+")
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="+")
    first_at = models.DateTimeField()
    first_sequence = models.BigIntegerField(default=0)
    first_event_id = models.UUIDField()
    first_correct = models.BooleanField()
    attempts = models.PositiveIntegerField(default=0)
    correct = models.PositiveIntegerField(default=0)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["institution", "section", "learner", "activity"], name="attempt_once")
        ]
        indexes = [models.Index(fields=["institution", "section", "page", "learner"], name="attempt_page")]


class ObjectiveEvidence(TenantOwned):
    """Rollup, learner × page × objective: first attempts and all attempts on the page's activities for it."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="+", db_index=False)
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="+")
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="+")
    first_attempts = models.PositiveIntegerField(default=0)
    first_correct = models.PositiveIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    correct = models.PositiveIntegerField(default=0)

    class Meta(TenantOwned.Meta):
        verbose_name_plural = "objective evidence"
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "section", "objective", "page", "learner"], name="evidence_once"
            )
        ]
        indexes = [
            # As for page progress.
            models.Index(
                fields=["institution", "section", "objective", "learner", "page", "first_attempts", "first_correct"],
                name="evidence_reading",
            )
        ]


class AssessmentScore(TenantOwned):
    """Rollup, learner × graded page: the latest submission and the latest score by (timestamp, sequence, event id)."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="+", db_index=False)
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="+")
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")
    score = models.FloatField(null=True, blank=True)
    out_of = models.FloatField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    submitted_at = models.DateTimeField(null=True, blank=True)
    graded_at = models.DateTimeField(null=True, blank=True)
    latest_at = models.DateTimeField()
    latest_sequence = models.BigIntegerField(default=0)
    latest_event_id = models.UUIDField()

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["institution", "section", "page", "learner"], name="score_once")]


class LearnerActivity(TenantOwned):
    """Rollup, learner × section: when the last learning event happened."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="+", db_index=False)
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="+")
    last_event_at = models.DateTimeField()

    class Meta(TenantOwned.Meta):
        verbose_name_plural = "learner activity"
        constraints = [
            models.UniqueConstraint(fields=["institution", "section", "learner"], name="learner_activity_once")
        ]


def beginning() -> int:
    """Where counters begin: the moment, in milliseconds. So a database made anew never meets cached answers of the old
    one, which may have had the same ids (and neither do two databases that share a cache).
    """
    return int(1000 * timezone.now().timestamp())


class SectionStamp(TenantOwned):
    """One counter per data domain, moved at each commit that changes it; `as_of` = newest event time ingested.

    Writers lock this row first, so two batches of one section never interleave.
    """

    section = models.OneToOneField(Section, on_delete=models.CASCADE, related_name="stamp")
    structure = models.BigIntegerField(default=beginning)
    roster = models.BigIntegerField(default=beginning)
    progress = models.BigIntegerField(default=beginning)
    evidence = models.BigIntegerField(default=beginning)
    scores = models.BigIntegerField(default=beginning)
    settings = models.BigIntegerField(default=beginning)
    as_of = models.DateTimeField(null=True, blank=True)
    names_from = models.BigIntegerField(null=True, blank=True)
    """What was shown of an older roster (by its counter) is not shown again: somebody was erased, or names hidden."""
