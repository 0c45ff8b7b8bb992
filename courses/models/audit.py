"""Who was given what."""

from __future__ import annotations

from django.db import models

from courses.tenancy import TenantOwned


class AuditEntry(TenantOwned):
    """Somebody was given data that names learners, or decided about it. Append-only, kept for two years; it names no
    learner itself.

    The section stands here as text: the entry outlives it.
    """

    class Action(models.TextChoices):
        """Words for `action`; not its `choices`, so that a new one needs no migration."""

        EXPORT = "export"
        EXPORT_TABLE = "export_table"
        EXPORT_COMMAND = "export_command"
        EXPORT_BUNDLE = "export_bundle"
        SNAPSHOT_COMMAND = "snapshot_command"
        VIEW = "view"
        """A page that names learners was opened; once a person, section and day."""
        ERASURE = "erasure"
        NAMES_HIDDEN = "names_hidden"
        NAMES_SHOWN = "names_shown"
        PURGE = "purge"
        SEND = "send"
        """A decision was executed: mail was handed to the outbox, or something was arranged for learners."""

    # An institution with history is not deleted before its history may go.
    institution = models.ForeignKey("courses.Institution", on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    actor = models.CharField(max_length=40)
    """A pseudonym: `user-7`, `command`; the one in the manifest."""
    actor_name = models.CharField(max_length=150, blank=True)
    """The account's name as it was then."""
    action = models.CharField(max_length=40)
    section = models.CharField(max_length=200)
    """Slug."""
    scope = models.CharField(max_length=220)
    """Address: `course` or `container:<key>`."""
    rows = models.PositiveIntegerField()
    """How many rows that name a learner."""
    sha256 = models.CharField(max_length=64)
    """Of the bytes that were handed out."""
    request_id = models.CharField(max_length=64)
    details = models.JSONField(default=dict, blank=True)

    class Meta(TenantOwned.Meta):
        verbose_name_plural = "audit entries"
        constraints = [
            # The id of a view is made of person, section and day: who comes a second time finds the entry there.
            models.UniqueConstraint(
                fields=["institution", "request_id"], condition=models.Q(action="view"), name="audit_view_once"
            )
        ]
        indexes = [models.Index(fields=["institution", "at"], name="audit_time")]

    def __str__(self) -> str:
        return f"{self.action} by {self.actor}"
