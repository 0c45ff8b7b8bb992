"""The addresses of the tray: one page, and the forms on it."""

from __future__ import annotations

from django.urls import path

from dashboard_project.web import tray_actions
from dashboard_project.web.tray import tray

urlpatterns = [
    path("", tray, name="tray"),
    path("change/", tray_actions.tray_change, name="tray_change"),
    path("replay/", tray_actions.tray_replay, name="tray_replay"),
    path("undo/", tray_actions.tray_undo, name="tray_undo"),
    path("order/", tray_actions.tray_order, name="tray_order"),
    path("look/", tray_actions.tray_look, name="tray_look"),
]
