"""The admin site as a place to inspect: everything is there, found at one cost, and what is edited shows everywhere."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.db.models import Model
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from courses import models
from courses.models import Institution, Membership, PageProgress, Section, SectionStamp
from courses.tenancy import TenantOwned
from courses.tenant_admin import TenantAdmin
from dashboard_project.admin_site import GROUPS
from ingest.rollups import differences
from ingest.sinks import EventSink
from ingest.structure import write_section
from oracles.contract import TenantId
from tests.builders import make_learner, make_section, make_user
from tests.ingest.records import SECTION, answer, event

pytestmark = [pytest.mark.django_db, pytest.mark.proves("UX-26")]

OWNED = [model for model in apps.get_models() if issubclass(model, TenantOwned)]


@pytest.fixture
def operator(institution: Institution, section: Section) -> User:
    user = make_user("olga", institution, is_staff=True)
    user.user_permissions.set(Permission.objects.exclude(content_type__app_label="admin"))
    Membership.objects.for_tenant(TenantId(institution.pk)).filter(user=user).update(role="operator")
    return user


@pytest.fixture
def taught(institution: Institution) -> Section:
    """A section whose rollups follow from its events."""
    tenant = TenantId(institution.pk)
    section = Section.objects.for_tenant(tenant).get(pk=write_section(tenant, SECTION).section_id)
    EventSink(tenant, section).write([event(1), answer(2, success=True), answer(3, "carry", success=False)])
    return section


def url(model: type[Model], page: str, *args: object) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def stamp(section: Section) -> SectionStamp:
    return SectionStamp.objects.for_tenant(TenantId(section.institution_id)).get(section=section)


# ---- everything is there ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model._meta.label)
def test_whatever_an_institution_owns_can_be_looked_at_scoped_to_it(model: type[Model]) -> None:
    assert isinstance(admin.site._registry[model], TenantAdmin)


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model._meta.label)
def test_a_list_opens_and_a_search_too(admin_client: Client, section: Section, model: type[Model]) -> None:
    query = {"q": "x"} if admin.site._registry[model].search_fields else {}

    assert admin_client.get(url(model, "changelist"), query).status_code == 200


def test_the_index_is_grouped_by_what_one_looks_for(admin_client: Client) -> None:
    apps_shown = admin_client.get("/admin/").context["app_list"]

    titles = [str(title) for _, title, _ in GROUPS]
    assert [str(app["name"]) for app in apps_shown][: len(titles)] == titles
    shown = [model["model"] for app in apps_shown for model in app["models"]]
    assert len(shown) == len(set(shown)) == len(admin.site._registry)


def test_the_groups_name_only_what_exists() -> None:
    assert {name for _, _, names in GROUPS for name in names} <= {
        f"{model._meta.app_label}.{model._meta.object_name}" for model in admin.site._registry
    }


def test_one_app_has_its_own_page(admin_client: Client) -> None:
    assert admin_client.get("/admin/ingest/").status_code == 200


def test_the_site_leads_to_the_operators_page(client: Client, operator: User) -> None:
    client.force_login(operator)

    assert '<a href="/ops/">Operations</a>' in client.get("/admin/").content.decode()


# ---- what it costs ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "model",
    [
        models.Page,
        models.Container,
        models.Activity,
        models.Enrollment,
        models.Learner,
        models.LearningEvent,
        PageProgress,
    ],
    ids=lambda model: model.__name__,
)
def test_a_list_costs_the_same_for_few_and_for_many_rows(
    admin_client: Client, taught: Section, model: type[Model], institution: Institution
) -> None:
    changelist = url(model, "changelist")
    admin_client.get(changelist)
    with CaptureQueriesContext(connection) as few:
        admin_client.get(changelist)
    other = make_section(institution, "more")
    for number in range(12):
        make_learner(other, f"More {number}")
    record = [event(100 + number, "s2") for number in range(12)]
    EventSink(TenantId(institution.pk), taught).write(record)

    with CaptureQueriesContext(connection) as many:
        admin_client.get(changelist)

    assert len(many) == len(few)


# ---- what is edited shows -----------------------------------------------------------------------------------------


def page_form(page: models.Page, **changes: object) -> dict[str, object]:
    fields = {name: getattr(page, f"{name}_id", None) or getattr(page, name) for name in _page_fields()}
    return {name: value for name, value in {**fields, **changes}.items() if value not in {None, False}}


def _page_fields() -> list[str]:
    return [field.name for field in models.Page._meta.local_fields if field.editable and not field.primary_key]


def test_a_new_title_moves_the_outline_and_is_in_the_log(admin_client: Client, taught: Section) -> None:
    before = stamp(taught)
    page = models.Page.objects.for_tenant(TenantId(taught.institution_id)).get(key="reading")

    answer = admin_client.post(url(models.Page, "change", page.pk), page_form(page, title="Reading aloud"))

    assert answer.status_code == 302, answer.context["adminform"].form.errors
    assert stamp(taught).structure == before.structure + 1
    assert LogEntry.objects.get().change_message == '[{"changed": {"fields": ["Title"]}}]'


def test_a_page_that_is_graded_from_now_on_has_rollups_that_follow(admin_client: Client, taught: Section) -> None:
    page = models.Page.objects.for_tenant(TenantId(taught.institution_id)).get(key="reading")

    admin_client.post(url(models.Page, "change", page.pk), page_form(page, graded="on"))

    assert PageProgress.objects.for_tenant(TenantId(taught.institution_id)).get(page=page).progress == 0
    assert differences(TenantId(taught.institution_id), taught.pk) == []


def test_a_learner_who_is_renamed_is_renamed_on_every_dashboard(admin_client: Client, taught: Section) -> None:
    before = stamp(taught)
    ada = models.Learner.objects.for_tenant(TenantId(taught.institution_id)).get(external_id="s1")

    form = {"external_id": "s1", "name": "Ada L.", "email": "ada@learners.example"}
    assert admin_client.post(url(models.Learner, "change", ada.pk), form).status_code == 302

    assert stamp(taught).roster == before.roster + 1


def test_somebody_with_events_cannot_be_deleted_by_hand(admin_client: Client, taught: Section) -> None:
    """That is `erase_learner`, which knows what else there is of them."""
    ada = models.Learner.objects.for_tenant(TenantId(taught.institution_id)).get(external_id="s1")

    answer = admin_client.post(url(models.Learner, "delete", ada.pk), {"post": "yes"})

    assert answer.status_code == 403
    assert models.Learner.objects.for_tenant(TenantId(taught.institution_id)).filter(pk=ada.pk).exists()


def test_an_enrolment_that_is_deleted_changes_the_class_everywhere(admin_client: Client, taught: Section) -> None:
    before = stamp(taught)
    cleo = models.Enrollment.objects.for_tenant(TenantId(taught.institution_id)).get(learner__external_id="s3")

    chosen = {"action": "delete_selected", "_selected_action": [cleo.pk], "post": "yes"}
    admin_client.post(url(models.Enrollment, "changelist"), chosen)

    assert not models.Enrollment.objects.for_tenant(TenantId(taught.institution_id)).filter(pk=cleo.pk).exists()
    assert stamp(taught).roster == before.roster + 1
    assert LogEntry.objects.count() == 1


# ---- the log ------------------------------------------------------------------------------------------------------


@pytest.mark.proves("UX-27", "P4")
def test_the_log_is_for_superusers_and_cannot_be_changed(admin_client: Client, client: Client, operator: User) -> None:
    listed = admin_client.get("/admin/admin/logentry/").status_code
    added = admin_client.get("/admin/admin/logentry/add/").status_code
    client.force_login(operator)

    assert (listed, added) == (200, 403)
    assert client.get("/admin/admin/logentry/").status_code == 403


@pytest.mark.proves("UX-27")
def test_the_audit_is_searched_by_person_section_action_and_day(admin_client: Client, section: Section) -> None:
    for actor, action, at in (("ines", "view", "2026-11-20T10:00Z"), ("otto", "export", "2026-11-21T10:00Z")):
        models.AuditEntry.objects.for_tenant(TenantId(section.institution_id)).create(
            at=at, actor=f"user-{actor}", actor_name=actor, action=action, section="algebra", rows=4, request_id=actor
        )

    def found(**query: str) -> list[str]:
        answer = admin_client.get(url(models.AuditEntry, "changelist"), query)
        return [entry.actor_name for entry in answer.context["cl"].result_list]

    assert found(q="ines") == ["ines"]
    assert found(q="algebra") == ["otto", "ines"]
    assert found(action="export") == ["otto"]
    assert found(at__day="20", at__month="11", at__year="2026") == ["ines"]
