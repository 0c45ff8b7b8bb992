"""The product's addresses, and one for each page that is shown when something is wrong."""

from __future__ import annotations

from http import HTTPStatus

from django.core.exceptions import BadRequest, PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views import defaults
from django.views.csrf import csrf_failure

from dashboard_project.urls import urlpatterns as product


def bad_request(request: HttpRequest) -> HttpResponse:
    return defaults.bad_request(request, BadRequest())


def forbidden(request: HttpRequest) -> HttpResponse:
    return defaults.permission_denied(request, PermissionDenied())


def not_found(request: HttpRequest) -> HttpResponse:
    return defaults.page_not_found(request, Http404())


def locked_out(request: HttpRequest) -> HttpResponse:
    return render(request, "registration/locked.html", {"failure_limit": 5}, status=HTTPStatus.TOO_MANY_REQUESTS)


urlpatterns = [
    *product,
    path("wrong/400/", bad_request),
    path("wrong/403/", forbidden),
    path("wrong/form/", csrf_failure),
    path("wrong/404/", not_found),
    path("wrong/429/", locked_out),
    path("wrong/500/", defaults.server_error),
]
