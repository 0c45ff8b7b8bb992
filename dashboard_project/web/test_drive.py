"""The test drive's page: begin one, see what the digest would say, end it. Everything on it is a preview."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from dashboard_project.composition.test_drive import test_drive_service
from dashboard_project.web.workers import in_database_worker
from experiences.digest.recipients import Recipient, as_recipient
from experiences.digest.rendering import DigestView, Links, view
from experiences.test_drive.contract import AlreadyDriving, Dataset, Drive, NoTestDrive, State

START, END = "start", "end"


@dataclass(frozen=True, slots=True)
class InstitutionDrive:
    """Where the person teaches, and their test drive there, if any."""

    tenant_id: int
    name: str
    zone: str
    drive: Drive | None = None
    state: State | None = None
    digest: DigestView | None = None

    @property
    def is_sample(self) -> bool:
        return self.drive is not None and self.drive.dataset is Dataset.SAMPLE


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
async def test_drive(request: HttpRequest) -> HttpResponse:
    """Everything at once: the page waits for its numbers."""
    return await in_database_worker(_test_drive, request)


test_drive.__test__ = False  # type: ignore[attr-defined]  # pytest takes the name for a test


def _test_drive(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    people, now = as_recipient(request.user), timezone.now()
    if request.method == "POST":
        return _changed(request, people, now)
    return render(request, "test_drive/page.html", {"drives": tuple(_shown(person, now) for person in people)})


def _changed(request: HttpRequest, people: tuple[Recipient, ...], now: datetime) -> HttpResponse:
    """A drive was begun or ended; 404 for an institution where the person teaches nothing."""
    mine = [person for person in people if str(person.context.tenant_id) == request.POST.get("institution")]
    if not mine:
        return render(request, "404.html", status=404)
    service, context, action = test_drive_service(), mine[0].context, request.POST.get("action")
    dataset = request.POST.get("dataset")
    try:
        if action == START and dataset in list(Dataset):
            service.start(context, Dataset(dataset), now)
        elif action == END:
            service.end(context, now)
        else:
            return render(request, "400.html", status=400)
    except (AlreadyDriving, NoTestDrive):
        pass  # a second tab was first: the page shows what is
    return HttpResponseRedirect(reverse("test_drive"))


def _shown(person: Recipient, now: datetime) -> InstitutionDrive:
    context = person.context
    try:
        shown = test_drive_service().get_test_drive_experience(context, now)
    except NoTestDrive:
        return InstitutionDrive(context.tenant_id, person.institution, context.time_zone)
    links = Links("", reverse("digest"), leads_anywhere=shown.drive.dataset is Dataset.OWN)
    digest = None if shown.told is None else view(shown.told, links)
    return InstitutionDrive(context.tenant_id, person.institution, context.time_zone, shown.drive, shown.state, digest)
