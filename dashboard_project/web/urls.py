"""The addresses of the page and of its socket."""

from __future__ import annotations

from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path, re_path

from dashboard_project.web import arranging, views
from dashboard_project.web.changes import changes
from dashboard_project.web.concerns import concerns
from dashboard_project.web.consumer import DashboardConsumer
from dashboard_project.web.digest import digest, digest_unsubscribe
from dashboard_project.web.export import ai_context, export, export_table
from dashboard_project.web.ops import ops
from dashboard_project.web.parameters import parameters
from dashboard_project.web.parts import PARTS
from dashboard_project.web.present import TILES
from dashboard_project.web.saved_views import views as saved_views
from dashboard_project.web.test_drive import test_drive

SLUG = "[-a-zA-Z0-9_]+"
CAPABILITIES = "|".join(tile.capability.value for tile in TILES)

urlpatterns = [
    path("accounts/login/", LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("accounts/logout/", LogoutView.as_view(), name="logout"),
    path("", views.sections, name="sections"),
    path("digest/", digest, name="digest"),
    path("test-drive/", test_drive, name="test_drive"),
    path("digest/unsubscribe/<str:token>/", digest_unsubscribe, name="digest_unsubscribe"),
    path("s/<slug:institution>/<slug:section>/", views.dashboard, name="dashboard"),
    path("s/<slug:institution>/<slug:section>/changes/", changes, name="changes"),
    path("s/<slug:institution>/<slug:section>/tray/", include("dashboard_project.web.tray_urls")),
    path("s/<slug:institution>/<slug:section>/console/", include("dashboard_project.web.console_urls")),
    path("s/<slug:institution>/<slug:section>/layout/", arranging.layout, name="layout"),
    path("s/<slug:institution>/<slug:section>/keys/", arranging.keys, name="keys"),
    path("s/<slug:institution>/<slug:section>/views/", saved_views, name="views"),
    path("ops/", ops, name="ops"),
    path("theme/", arranging.theme, name="theme"),
    path("language/", arranging.language, name="language"),
    path("s/<slug:institution>/<slug:section>/parameters/", parameters, name="parameters"),
    path("s/<slug:institution>/<slug:section>/concerns/", concerns, name="concerns"),
    path("s/<slug:institution>/<slug:section>/export.zip", export, name="export"),
    re_path(
        rf"^s/(?P<institution>{SLUG})/(?P<section>{SLUG})/ai-context\.(?P<ending>md|json)$",
        ai_context,
        name="ai_context",
    ),
    re_path(
        rf"^s/(?P<institution>{SLUG})/(?P<section>{SLUG})/(?P<capability>{CAPABILITIES})\.csv$",
        export_table,
        name="export_table",
    ),
]

websocket_urlpatterns = [
    path("ws/s/<slug:institution>/<slug:section>/", DashboardConsumer.as_asgi(parts=PARTS)),
]
