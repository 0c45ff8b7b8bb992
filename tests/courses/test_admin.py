"""The admin site: an operator sees the institutions they operate; history stands as it is (T7)."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from courses import models
from courses.models import Institution, LearningEvent, Membership, Section
from courses.tenant_admin import HistoryAdmin
from ingest.models import DeadLetter
from oracles.contract import TenantId
from tests import builders

pytestmark = pytest.mark.django_db

OURS = (*(getattr(models, name) for name in models.__all__), DeadLetter)
MARKER = "zebra"


@pytest.fixture
def operator(institution: Institution, section: Section) -> User:
    """Operates the first institution; may do everything the admin site offers, where it may do it."""
    user = builders.make_user("olga", institution, is_staff=True)
    user.user_permissions.set(Permission.objects.filter(content_type__app_label__in=["courses", "ingest"]))
    Membership.objects.for_tenant(TenantId(institution.pk)).filter(user=user).update(role="operator")
    return user


@pytest.fixture
def marked(other_institution: Institution) -> Section:
    """Another institution, whose every name holds the marker."""
    section = builders.golden_section(other_institution, f"{MARKER}-course")
    theirs = TenantId(other_institution.pk)
    Institution.objects.filter(pk=theirs).update(name=f"{MARKER} college")
    Section.objects.for_tenant(theirs).update(title=f"{MARKER} section")
    for model in (models.Container, models.Page, models.Objective, models.Activity):
        model.objects.for_tenant(theirs).update(title=f"{MARKER} title")
    models.Learner.objects.for_tenant(theirs).update(name=f"{MARKER} learner")
    builders.make_user(f"{MARKER}-instructor", other_institution, teaches=section)
    _event(section)
    return section


def _event(section: Section) -> LearningEvent:
    mine = TenantId(section.institution_id)
    now = datetime(2026, 11, 2, tzinfo=UTC)
    return LearningEvent.objects.for_tenant(mine).create(
        event_id=uuid4(),
        section=section,
        learner=models.Learner.objects.for_tenant(mine).earliest("pk"),
        page=models.Page.objects.for_tenant(mine).earliest("pk"),
        verb="experienced",
        timestamp=now,
        stored=now,
        source=MARKER,
        content_hash=b"0" * 16,
    )


def _url(model: type[Model], page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.mark.proves("T7")
@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_model_is_in_the_admin_site(model: type[Model]) -> None:
    assert admin.site.is_registered(model)


@pytest.mark.proves("T7", "P4")
@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_lists_and_searches_show_nothing_of_another_tenant(
    client: Client, operator: User, marked: Section, model: type[Model]
) -> None:
    client.force_login(operator)

    listed = client.get(_url(model, "changelist"))
    filtered = client.get(_url(model, "changelist"), {"institution": marked.institution_id})
    searched = client.get(_url(model, "changelist"), {"q": MARKER})

    assert MARKER not in listed.content.decode()
    assert MARKER not in filtered.content.decode()
    assert searched.context["cl"].result_count == 0


@pytest.mark.proves("T7", "P4")
@pytest.mark.parametrize("model", [model for model in OURS if model is not Institution], ids=lambda m: m.__name__)
def test_a_row_of_another_tenant_looks_like_one_that_is_not_there(
    client: Client, operator: User, marked: Section, model: type[Model]
) -> None:
    client.force_login(operator)
    theirs = model.across_tenants.filter(institution=marked.institution_id).first()  # type: ignore[attr-defined]
    foreign = theirs.pk if theirs else 10**9

    answers = [
        client.get(_url(model, page, pk)).status_code for page in ("change", "history") for pk in (foreign, 10**8)
    ]

    assert answers[0] == answers[1]
    assert answers[2] == answers[3]
    assert 200 not in answers


@pytest.mark.proves("T7", "P4")
@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_forms_offer_nothing_of_another_tenant(
    client: Client, operator: User, marked: Section, model: type[Model]
) -> None:
    client.force_login(operator)

    page = client.get(_url(model, "add"))

    assert page.status_code in {200, 403}
    assert MARKER not in page.content.decode()


@pytest.mark.proves("T7", "P4")
def test_autocomplete_offers_nothing_of_another_tenant(client: Client, operator: User, marked: Section) -> None:
    client.force_login(operator)

    answer = client.get(
        reverse("admin:autocomplete"),
        {"app_label": "courses", "model_name": "page", "field_name": "section", "term": MARKER},
    )

    assert answer.json()["results"] == []


@pytest.mark.parametrize(
    "model",
    [model for model in OURS if isinstance(admin.site._registry[model], HistoryAdmin)],
    ids=lambda model: model.__name__,
)
def test_history_can_only_be_looked_at(admin_client: Client, model: type[Model]) -> None:
    assert admin_client.get(_url(model, "changelist")).status_code == 200
    assert admin_client.get(_url(model, "add")).status_code == 403


def test_a_stored_event_can_be_looked_at_and_not_changed(admin_client: Client, section: Section) -> None:
    event = _event(section)

    page = admin_client.get(_url(LearningEvent, "change", event.pk))
    change = admin_client.post(_url(LearningEvent, "change", event.pk), {"verb": "scored"})

    assert page.status_code == 200
    assert change.status_code == 403


def test_the_colleague_is_no_operator(client: Client, colleague: User) -> None:
    User.objects.filter(pk=colleague.pk).update(is_staff=True)
    colleague.user_permissions.set(Permission.objects.filter(content_type__app_label="courses"))
    client.force_login(User.objects.get(pk=colleague.pk))

    page = client.get(_url(Section, "changelist"))

    assert page.status_code == 200
    assert "Algebra" not in page.content.decode()


def _page_form(section: Section, institution_id: int) -> dict[str, object]:
    return {
        "institution": institution_id,
        "section": section.pk,
        "key": "new-page",
        "title": "New page",
        "position": 99,
    }


@pytest.mark.proves("T7", "P4")
def test_an_operator_cannot_post_a_row_into_another_tenant(
    client: Client, operator: User, marked: Section, institution: Institution
) -> None:
    client.force_login(operator)

    answer = client.post(_url(models.Page, "add"), _page_form(marked, institution.pk))

    assert answer.status_code == 200
    assert MARKER not in answer.content.decode()
    assert not models.Page.across_tenants.filter(key="new-page").exists()


def test_a_row_that_points_into_another_tenant_is_refused_beside_the_field(
    admin_client: Client, institution: Institution, marked: Section
) -> None:
    answer = admin_client.post(_url(models.Page, "add"), _page_form(marked, institution.pk))

    assert answer.context["adminform"].form.errors == {"section": ["This belongs to another institution."]}
    assert not models.Page.across_tenants.filter(key="new-page").exists()


def test_a_row_of_ones_own_is_saved(client: Client, operator: User, section: Section) -> None:
    client.force_login(operator)

    answer = client.post(_url(models.Page, "add"), _page_form(section, section.institution_id))

    assert answer.status_code == 302
    assert models.Page.objects.for_tenant(TenantId(section.institution_id)).filter(key="new-page").exists()


@pytest.mark.proves("T7", "P4")
def test_what_would_be_deleted_shows_nothing_of_another_tenant(
    client: Client, operator: User, section: Section, marked: Section
) -> None:
    client.force_login(operator)

    ours = client.get(_url(Section, "delete", section.pk))
    theirs = client.get(_url(Section, "delete", marked.pk))

    assert ours.status_code == 200
    assert MARKER not in ours.content.decode()
    assert theirs.status_code == client.get(_url(Section, "delete", 10**8)).status_code != 200
