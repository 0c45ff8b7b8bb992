"""The tray in the admin site: an operator sees their own institutions; what happened can only be looked at."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from courses.models import Institution, Membership, Section
from courses.tenant_admin import HistoryAdmin
from experiences.contract import SectionContext
from experiences.hygiene_tray import models
from experiences.hygiene_tray.service import HygieneTrayService
from tests import builders
from tests.experiences.hygiene_tray.conftest import at
from tests.experiences.hygiene_tray.worlds import spoil

pytestmark = pytest.mark.django_db
HISTORY = (models.TrayIssue, models.TrayChange, models.TrayScan, models.TrayOrder, models.HygieneScore)
MARKER = "zebra"


@pytest.fixture
def operator(institution: Institution) -> User:
    user = builders.make_user("olga", institution, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label="hygiene_tray"))
    Membership.across_tenants.filter(user=user).update(role="operator")
    return user


@pytest.fixture
def theirs(other_institution: Institution, service: HygieneTrayService) -> Section:
    section = builders.golden_section(other_institution, f"{MARKER}-course")
    user = builders.make_user("zoe", other_institution, teaches=section)
    spoil(section)
    Section.across_tenants.filter(pk=section.pk).update(title=f"{MARKER} section")
    service.look(at(user, section))
    models.TrayIssue.across_tenants.filter(section=section).update(title=MARKER, subject=MARKER)
    return section


def url(model: type[Model], page: str, *args: object) -> str:
    return reverse(f"admin:hygiene_tray_{model._meta.model_name}_{page}", args=args)


@pytest.mark.parametrize("model", [*HISTORY, models.TrayTargets], ids=lambda model: model.__name__)
def test_lists_show_nothing_of_another_institution(
    model: type[Model], client: Client, operator: User, theirs: Section, here: SectionContext
) -> None:
    client.force_login(operator)

    listed, searched = client.get(url(model, "changelist")), client.get(url(model, "changelist"), {"q": MARKER})

    assert MARKER not in listed.content.decode()
    assert searched.context["cl"].result_count == 0


def test_an_issue_of_another_institution_looks_like_none(client: Client, operator: User, theirs: Section) -> None:
    client.force_login(operator)
    foreign = models.TrayIssue.across_tenants.filter(section=theirs).earliest("pk")

    answers = [client.get(url(models.TrayIssue, "change", pk)).status_code for pk in (foreign.pk, 10**8)]

    assert answers[0] == answers[1] != 200


@pytest.mark.parametrize("model", HISTORY, ids=lambda model: model.__name__)
def test_what_happened_can_only_be_looked_at(model: type[Model], admin_client: Client) -> None:
    assert isinstance(admin.site.get_model_admin(model), HistoryAdmin)
    assert admin_client.get(url(model, "add")).status_code == 403


def test_the_targets_of_ones_own_section_can_be_set(
    client: Client, operator: User, section: Section, institution: Institution
) -> None:
    operator.user_permissions.add(*Permission.objects.filter(codename="view_section"))
    client.force_login(operator)
    values = {"grading_days": 7, "high_stakes_pct": 30, "feed_hours": 24}

    answer = client.post(
        url(models.TrayTargets, "add"), {"institution": institution.pk, "section": section.pk, **values}
    )

    assert answer.status_code == 302
    assert models.TrayTargets.across_tenants.get().grading_days == 7
