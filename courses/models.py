"""What is stored: structure, people, facts, rollups. No rule of any tile stands here.

Curriculum positions: every container and page of a section has a `position`, numbered in reading order (preorder);
a container also has `last_position`, that of the last node under it. So the subtree of a scope is one indexed
condition, `position BETWEEN container.position AND container.last_position`, on any database.

Facts and rollups have no index on the section alone: their keys begin with institution and section, and every index
costs each event that is written.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from courses.tenancy import TenantOwned


class Institution(models.Model):
    """A tenant."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    time_zone = models.CharField(max_length=64, default="UTC")

    def __str__(self) -> str:
        return self.name


class Course(TenantOwned):
    key = models.SlugField(max_length=120)
    title = models.CharField(max_length=300)

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["institution", "key"], name="course_key")]

    def __str__(self) -> str:
        return self.title


class Section(TenantOwned):
    """One run of a course. The slug is its address, unique in the institution."""

    class ProficiencyModel(models.TextChoices):
        NAIVE = "naive", "First attempts, 0.2 for a miss"
        BETA_BINOMIAL = "beta_binomial", "Beta–binomial posterior mean"

    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="sections")
    slug = models.SlugField(max_length=120)
    title = models.CharField(max_length=300)
    time_zone = models.CharField(max_length=64, default="UTC")
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    proficiency_model = models.CharField(
        max_length=20, choices=ProficiencyModel.choices, default=ProficiencyModel.NAIVE
    )
    credit = models.TextField(blank=True, help_text="Attribution shown where this section's data is shown.")

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["institution", "slug"], name="section_slug")]

    def __str__(self) -> str:
        return self.title


class Container(TenantOwned):
    """A unit, module, … of a section's outline."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="containers")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    key = models.SlugField(max_length=200)
    title = models.CharField(max_length=300)
    kind = models.CharField(max_length=40, default="unit")
    position = models.PositiveIntegerField()
    last_position = models.PositiveIntegerField()
    depth = models.PositiveSmallIntegerField(default=0)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    hidden = models.BooleanField(default=False)

    class Meta(TenantOwned.Meta):
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["institution", "section", "key"], name="container_key"),
            models.CheckConstraint(condition=Q(last_position__gte=models.F("position")), name="container_span"),
        ]
        indexes = [models.Index(fields=["institution", "section", "position"], name="container_position")]

    def __str__(self) -> str:
        return self.title


class Page(TenantOwned):
    """A page of the outline: graded or practice."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="pages")
    container = models.ForeignKey(Container, null=True, blank=True, on_delete=models.CASCADE, related_name="pages")
    key = models.SlugField(max_length=200)
    title = models.CharField(max_length=300)
    position = models.PositiveIntegerField()
    graded = models.BooleanField(default=False)
    weight = models.FloatField(null=True, blank=True)
    available_from = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    hidden = models.BooleanField(default=False)

    class Meta(TenantOwned.Meta):
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["institution", "section", "key"], name="page_key")]
        indexes = [models.Index(fields=["institution", "section", "position"], name="page_position")]

    def __str__(self) -> str:
        return self.title


class Objective(TenantOwned):
    """A learning objective (skill, knowledge component); a tree, numbered like the outline."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="objectives")
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="children")
    key = models.SlugField(max_length=200)
    title = models.CharField(max_length=500)
    position = models.PositiveIntegerField()
    last_position = models.PositiveIntegerField()
    depth = models.PositiveSmallIntegerField(default=0)

    class Meta(TenantOwned.Meta):
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["institution", "section", "key"], name="objective_key")]
        indexes = [models.Index(fields=["institution", "section", "position"], name="objective_position")]

    def __str__(self) -> str:
        return self.title


class Activity(TenantOwned):
    """One thing a learner can attempt on a page."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="activities")
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="activities")
    key = models.SlugField(max_length=250)
    title = models.CharField(max_length=500)

    class Meta(TenantOwned.Meta):
        verbose_name_plural = "activities"
        constraints = [models.UniqueConstraint(fields=["institution", "section", "key"], name="activity_key")]

    def __str__(self) -> str:
        return self.title


class ActivityObjective(TenantOwned):
    """An activity gives evidence on an objective."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="objective_links")
    objective = models.ForeignKey(Objective, on_delete=models.CASCADE, related_name="activity_links")

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["institution", "activity", "objective"], name="activity_objective")
        ]


class Learner(TenantOwned):
    """A person who learns. All personal data is here and nowhere else."""

    external_id = models.CharField(max_length=200)
    name = models.CharField(max_length=300, blank=True)
    email = models.EmailField(max_length=320, blank=True)

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["institution", "external_id"], name="learner_external_id")]

    def __str__(self) -> str:
        return f"learner {self.pk}"


class Enrollment(TenantOwned):
    """A learner (or a member of staff on the roster) in a section. Numbers count `learner` + `enrolled` only."""

    class Role(models.TextChoices):
        LEARNER = "learner"
        INSTRUCTOR = "instructor"
        ASSISTANT = "assistant"

    class Status(models.TextChoices):
        ENROLLED = "enrolled"
        WITHDRAWN = "withdrawn"
        SUSPENDED = "suspended"

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="enrollments")
    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="enrollments")
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.LEARNER)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.ENROLLED)

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["institution", "section", "learner"], name="enrollment_once")]
        indexes = [
            models.Index(
                fields=["institution", "section", "learner"],
                condition=Q(role="learner", status="enrolled"),
                name="enrollment_counted",
            )
        ]


class Membership(TenantOwned):
    """A user of the web application belongs to an institution."""

    class Role(models.TextChoices):
        MEMBER = "member"
        OPERATOR = "operator"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.MEMBER)

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["institution", "user"], name="membership_once")]


class Teaching(TenantOwned):
    """A user may open a section's dashboard."""

    class Role(models.TextChoices):
        INSTRUCTOR = "instructor"
        ASSISTANT = "assistant"

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="teachings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="teachings")
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.INSTRUCTOR)

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["institution", "section", "user"], name="teaching_once")]


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


class SectionStamp(TenantOwned):
    """One counter per data domain, moved at each commit that changes it; `as_of` = newest event time ingested.

    Writers lock this row first, so two batches of one section never interleave.
    """

    section = models.OneToOneField(Section, on_delete=models.CASCADE, related_name="stamp")
    structure = models.BigIntegerField(default=0)
    roster = models.BigIntegerField(default=0)
    progress = models.BigIntegerField(default=0)
    evidence = models.BigIntegerField(default=0)
    scores = models.BigIntegerField(default=0)
    settings = models.BigIntegerField(default=0)
    as_of = models.DateTimeField(null=True, blank=True)
