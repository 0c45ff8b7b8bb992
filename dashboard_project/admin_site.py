"""The admin site as operators find it: grouped by what one looks for, not by app; in the colours of the product."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

GROUPS: tuple[tuple[str, Promise, tuple[str, ...]], ...] = (
    ("people", _("Institutions and people"), (
        "courses.Institution", "courses.Membership", "courses.Teaching", "courses.Learner", "courses.Enrollment",
        "auth.User", "auth.Group", "ingest.BearerToken",
    )),
    ("courses", _("Courses and sections"), (
        "courses.Section", "courses.Course", "courses.Container", "courses.Page", "courses.Objective",
        "courses.Activity", "courses.ActivityObjective",
    )),
    ("trouble", _("What went wrong"), (
        "ingest.DeadLetter", "axes.AccessAttempt", "axes.AccessFailureLog", "axes.AccessLog",
    )),
    ("history", _("Who did what"), (
        "courses.AuditEntry", "admin.LogEntry", "courses.SupportChange", "courses.SupportParameters",
        "courses.ConcernNote", "courses.LastVisit", "courses.SavedView", "courses.Layout", "courses.Preferences",
    )),
    ("numbers", _("Events, and what follows from them"), (
        "courses.LearningEvent", "courses.PageProgress", "courses.ActivityAttempt", "courses.ObjectiveEvidence",
        "courses.AssessmentScore", "courses.LearnerActivity", "courses.SectionStamp", "courses.KeptFacts",
    )),
)  # fmt: skip
"""Anything else stands under its own app, after these."""
APPS: Mapping[str, Promise] = {
    "decision_console": _("Decision console"),
    "digest": _("Digest"),
    "hygiene_tray": _("Hygiene tray"),
    "outbox": _("Outgoing mail"),
    "test_drive": _("Test drives"),
}
"""What those are called."""


class LecternAdminSite(AdminSite):
    site_header = _("Lectern administration")
    site_title = _("Lectern administration")
    index_title = _("Inspect and administer")

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """The groups that this person may see something of; one app's own page is Django's."""
        apps = super().get_app_list(request, app_label)
        return apps if app_label else grouped(apps)


def grouped(apps: list[Any]) -> list[Any]:
    """The same models under our headings; what no heading knows keeps its app."""
    known = {_name(model): model for app in apps for model in app["models"]}
    groups = []
    for key, title, names in GROUPS:
        models = [known.pop(name) for name in names if name in known]
        if models:
            groups.append(
                {
                    "name": title,
                    "app_label": key,
                    "app_url": reverse("admin:index"),
                    "has_module_perms": True,
                    "models": models,
                }
            )
    for app in apps:
        rest = [model for model in app["models"] if _name(model) in known]
        if rest:
            groups.append({**app, "name": APPS.get(app["app_label"], app["name"]), "models": rest})
    return groups


def _name(model: Mapping[str, Any]) -> str:
    return f"{model['model']._meta.app_label}.{model['object_name']}"
