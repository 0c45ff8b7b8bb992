"""The console's memory: decisions, their targets, reviews and approvals, contacts, and the history that stays."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from courses.models import Learner, Page, Section
from courses.tenancy import TenantOwned
from experiences.decision_console.contract import (
    LONGEST_REASON,
    LONGEST_RULE,
    LONGEST_SUBJECT,
    DecidedBy,
    Outcome,
    Why,
)
from experiences.decision_console.kinds import Kind
from experiences.decision_console.states import State


def _choices(words: type[Kind | State | Outcome | Why | DecidedBy]) -> list[tuple[str, str]]:
    return [(each.value, each.value) for each in words]


class ConsoleSettings(TenantOwned):
    """What an institution decided about deciding. Its row is also the lock of the institution's contacts."""

    needs_second_approver = models.BooleanField(default=False)
    weekly_contacts = models.PositiveSmallIntegerField(default=3)
    """Mails that one learner may get in seven days from all sections."""
    staged_days = models.PositiveSmallIntegerField(default=14)
    """Then what nobody executed has expired."""

    class Meta(TenantOwned.Meta):
        verbose_name_plural = "console settings"
        constraints = [models.UniqueConstraint(fields=["institution"], name="console_settings_once")]


class ReviewBatch(TenantOwned):
    """Decisions that are looked at together, as they were then."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="+")
    content = models.JSONField()
    """Everything that would happen (`content.py`): names nobody."""
    content_hash = models.CharField(max_length=64)
    opened_by = models.CharField(max_length=40)
    """Pseudonym."""
    opened_at = models.DateTimeField()

    class Meta(TenantOwned.Meta):
        verbose_name_plural = "review batches"


class Approval(TenantOwned):
    """One person's word about one review."""

    batch = models.ForeignKey(ReviewBatch, on_delete=models.CASCADE, related_name="approvals")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    actor = models.CharField(max_length=40)
    content_hash = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["institution", "batch", "user"], name="approval_once")]


class Decision(TenantOwned):
    """One staged intervention."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=12, choices=_choices(Kind))
    rule = models.CharField(max_length=LONGEST_RULE)
    """How its targets were chosen."""
    page = models.ForeignKey(Page, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    subject = models.CharField(max_length=LONGEST_SUBJECT, blank=True)
    text = models.TextField(blank=True)
    moment = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(max_length=LONGEST_REASON, blank=True)
    signature = models.CharField(max_length=150)
    """The instructor in whose name it speaks."""
    state = models.CharField(max_length=12, choices=_choices(State), default=State.STAGED.value)
    version = models.PositiveIntegerField(default=1)
    run_at = models.DateTimeField(null=True, blank=True)
    snoozed_until = models.DateTimeField(null=True, blank=True)
    staged_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    author = models.CharField(max_length=40)
    author_name = models.CharField(max_length=150, blank=True)
    staged_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    as_of = models.DateTimeField(null=True, blank=True)
    """Newest event that the choice of targets could have seen."""
    batch = models.ForeignKey(ReviewBatch, null=True, blank=True, on_delete=models.SET_NULL, related_name="decisions")

    class Meta(TenantOwned.Meta):
        indexes = [
            models.Index(fields=["institution", "section", "state"], name="decision_queue"),
            models.Index(fields=["institution", "run_at"], condition=Q(state="approved"), name="decision_due"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class DecisionTarget(TenantOwned):
    """One learner or page of a decision, with one outcome."""

    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="targets")
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="+", db_index=False)
    learner = models.ForeignKey(Learner, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    page = models.ForeignKey(Page, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    slot = models.CharField(max_length=80)
    """Kind, whom, about what: while open, nobody else's."""
    is_open = models.BooleanField(default=True)
    """It holds its slot: it waits, or its mail is on its way."""
    outcome = models.CharField(max_length=12, choices=_choices(Outcome), default=Outcome.WAITING.value)
    why = models.CharField(max_length=20, blank=True)
    mail_key = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField(null=True, blank=True)
    """Of the outcome."""

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["institution", "section", "slot"], condition=Q(is_open=True), name="target_slot"
            ),
            models.CheckConstraint(
                condition=Q(learner__isnull=True, page__isnull=False) | Q(learner__isnull=False, page__isnull=True),
                name="target_is_one_thing",
            ),
        ]
        indexes = [models.Index(fields=["institution", "decision", "outcome"], name="target_outcome")]


class Contact(TenantOwned):
    """The ledger of the contact allowance: one mail to one learner, reserved when it is staged."""

    class State(models.TextChoices):
        RESERVED = "reserved"
        SPENT = "spent"
        RELEASED = "released"

    learner = models.ForeignKey(Learner, on_delete=models.CASCADE, related_name="+")
    target = models.OneToOneField(DecisionTarget, on_delete=models.CASCADE, related_name="contact")
    state = models.CharField(max_length=8, choices=State.choices, default=State.RESERVED)
    at = models.DateTimeField()
    """Of the state."""

    class Meta(TenantOwned.Meta):
        indexes = [models.Index(fields=["institution", "learner", "state", "at"], name="contact_used")]


class Arrangement(TenantOwned):
    """What a decision brought about beside mail: an extension, a reopened attempt, practice, a watch, a flag."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=12, choices=_choices(Kind))
    target = models.OneToOneField(DecisionTarget, on_delete=models.CASCADE, related_name="arrangement")
    learner = models.ForeignKey(Learner, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    page = models.ForeignKey(Page, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    moment = models.DateTimeField(null=True, blank=True)
    """New due date, end of the watch."""
    note = models.CharField(max_length=LONGEST_REASON, blank=True)
    at = models.DateTimeField()

    class Meta(TenantOwned.Meta):
        indexes = [models.Index(fields=["institution", "section", "kind"], name="arrangement_kind")]


class DecisionEvent(TenantOwned):
    """What happened to a decision. Append-only: the database refuses to change it."""

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="+", db_index=False)
    decision = models.ForeignKey(Decision, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    event = models.CharField(max_length=20)
    decided_by = models.CharField(max_length=12, choices=_choices(DecidedBy))
    actor = models.CharField(max_length=40)
    actor_name = models.CharField(max_length=150, blank=True)
    version = models.PositiveIntegerField()
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    """Fields that changed; targets as counts."""

    class Meta(TenantOwned.Meta):
        indexes = [models.Index(fields=["institution", "section", "at"], name="decision_event_time")]
