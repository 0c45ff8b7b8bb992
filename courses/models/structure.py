"""What is taught: institutions, courses, sections, the outline, objectives, activities.

Curriculum positions: every container and page of a section has a `position`, numbered in reading order (preorder);
a container also has `last_position`, that of the last node under it. So the subtree of a scope is one indexed
condition, `position BETWEEN container.position AND container.last_position`, on any database.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from courses.tenancy import TenantOwned


class Institution(models.Model):
    """A tenant."""

    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200)
    time_zone = models.CharField(max_length=64, default="UTC")
    names_hidden_since = models.DateTimeField(null=True, blank=True, editable=False)
    """Set: dashboards and files call learners by codes (`oracles/instructor/naming.py`); set by `ingest.hiding`."""

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
    """A page of the outline: graded or practice. What the source does not say about it is unknown, not a default."""

    class LateWork(models.TextChoices):
        ACCEPTED = "accepted"
        REDUCED = "reduced"
        REFUSED = "refused"

    class Scoring(models.TextChoices):
        LATEST = "latest"
        BEST = "best"
        AVERAGE = "average"

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="pages")
    container = models.ForeignKey(Container, null=True, blank=True, on_delete=models.CASCADE, related_name="pages")
    key = models.SlugField(max_length=200)
    title = models.CharField(max_length=300)
    position = models.PositiveIntegerField()
    graded = models.BooleanField(default=False)
    weight = models.FloatField(null=True, blank=True)
    available_from = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    attempts_allowed = models.PositiveSmallIntegerField(null=True, blank=True)
    """0 = any number."""
    late_work = models.CharField(max_length=12, choices=LateWork.choices, null=True, blank=True)
    scoring = models.CharField(max_length=12, choices=Scoring.choices, null=True, blank=True)
    """Which attempt counts."""
    gradebook_title = models.CharField(max_length=300, null=True, blank=True)
    """What the gradebook calls it."""
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
