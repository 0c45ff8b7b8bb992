"""The addresses of the console: its pages, and the forms on them. Ids only; no address names anybody."""

from __future__ import annotations

from django.urls import path

from dashboard_project.web import console, console_actions

urlpatterns = [
    path("", console.console, name="console"),
    path("stage/", console_actions.stage, name="console_stage"),
    path("review/", console_actions.review, name="console_open_review"),
    path("review/<int:batch>/", console.review, name="console_review"),
    path("review/<int:batch>/approve/", console_actions.approve, name="console_approve"),
    path("review/<int:batch>/execute/", console_actions.execute, name="console_execute"),
    path("<int:decision>/", console.decision, name="console_decision"),
    path("<int:decision>/edit/", console_actions.edit, name="console_edit"),
    path("<int:decision>/snooze/", console_actions.snooze, name="console_snooze"),
    path("<int:decision>/wake/", console_actions.wake, name="console_wake"),
    path("<int:decision>/discard/", console_actions.discard, name="console_discard"),
    path("<int:decision>/resolve/", console_actions.resolve, name="console_resolve"),
]
