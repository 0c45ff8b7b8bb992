"""What a person has arranged for themselves. It changes no number, and nobody else sees it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from courses.models.structure import Section
from courses.tenancy import TenantOwned


class Layout(TenantOwned):
    """How the tiles of a section stand on one person's page. What is not said here stands as it does for everybody."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="+", db_index=False)
    order = models.JSONField(default=list)
    """Tiles from first to last."""
    collapsed = models.JSONField(default=list)
    """Tiles of which only the title is shown."""
    shares = models.JSONField(default=dict)
    """Row → percent of its width that its first tile has."""
    changed_at = models.DateTimeField(auto_now=True)

    class Meta(TenantOwned.Meta):
        constraints = [models.UniqueConstraint(fields=["institution", "section", "user"], name="layout_once")]

    def __str__(self) -> str:
        return f"user {self.user_id} in section {self.section_id}"


class SavedView(TenantOwned):
    """A view of a section's dashboard that a person comes back to."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="+", db_index=False)
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=1_000, blank=True)
    """The canonical address of the view, from its `?`; empty for the whole course as everybody sees it first."""
    is_default = models.BooleanField(default=False)
    """Where the section's entry on the start page leads."""
    saved_at = models.DateTimeField(auto_now=True)

    class Meta(TenantOwned.Meta):
        constraints = [
            models.UniqueConstraint(fields=["institution", "section", "user", "name"], name="saved_view_name"),
            models.UniqueConstraint(
                fields=["institution", "section", "user"], condition=Q(is_default=True), name="saved_view_one_default"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Preferences(TenantOwned):
    """How a person wants the pages of an institution to behave."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    shortcuts = models.BooleanField(default=True)
    """Single keys do something (WCAG 2.1.4 wants them to be switched off)."""

    class Meta(TenantOwned.Meta):
        verbose_name_plural = "preferences"
        constraints = [models.UniqueConstraint(fields=["institution", "user"], name="preferences_once")]

    def __str__(self) -> str:
        return f"user {self.user_id}"
