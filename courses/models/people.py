"""Who learns and who teaches. Personal data is in `Learner` and nowhere else."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from courses.models.structure import Section
from courses.tenancy import TenantOwned


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

    @classmethod
    def counted(cls, path: str = "") -> Q:
        """Those whom numbers count; `path` leads to them from elsewhere: `enrollments__` from a section."""
        return Q((f"{path}role", cls.Role.LEARNER), (f"{path}status", cls.Status.ENROLLED))


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
