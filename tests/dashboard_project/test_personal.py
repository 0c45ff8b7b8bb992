"""What a person arranges is theirs alone, in one section; the last write of a field wins."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from courses.access import Granted, resolve
from courses.contract import DashboardContext
from courses.models import LastVisit, Layout, Section
from dashboard_project import personal
from dashboard_project.personal import Arranged, NotSaved
from oracles.contract import TenantId
from tests import builders

pytestmark = [pytest.mark.django_db, pytest.mark.proves("L2", "UX-20")]


def context_of(user: User, section: Section) -> DashboardContext:
    access = resolve(user, section.institution.slug, section.slug)
    assert isinstance(access, Granted)
    return access.context


@pytest.fixture
def mine(instructor: User, section: Section) -> DashboardContext:
    return context_of(instructor, section)


@pytest.fixture
def hers(section: Section) -> DashboardContext:
    """A second instructor's, of the same section."""
    return context_of(builders.make_user("ana", section.institution, teaches=section), section)


def names(context: DashboardContext) -> list[str]:
    return [view.name for view in personal.saved_views(context)]


def refusal(context: DashboardContext, name: str, query: str = "") -> str:
    with pytest.raises(NotSaved) as refused:
        personal.save_view(context, name, query)
    return str(refused.value)


# ---- layout -----------------------------------------------------------------------------------------------------


def test_nothing_is_arranged_until_somebody_does(mine: DashboardContext) -> None:
    assert personal.arranged(mine) == Arranged()


def test_what_is_arranged_is_there_for_that_person_and_for_nobody_else(
    mine: DashboardContext, hers: DashboardContext
) -> None:
    new = Arranged(("assessments",), ("progress",), (("content", 40),))

    personal.arrange(mine, lambda _: new)

    assert personal.arranged(mine) == new
    assert personal.arranged(hers) == Arranged()


def test_two_changes_of_different_fields_both_stay(mine: DashboardContext) -> None:
    personal.arrange(mine, lambda old: Arranged(old.order, ("progress",), old.shares))

    personal.arrange(mine, lambda old: Arranged(("assessments",), old.collapsed, old.shares))

    assert personal.arranged(mine) == Arranged(("assessments",), ("progress",))
    assert Layout.objects.for_tenant(mine.tenant_id).count() == 1


# ---- views ------------------------------------------------------------------------------------------------------


def test_a_view_is_saved_under_its_name_and_saved_again_it_leads_elsewhere(mine: DashboardContext) -> None:
    personal.save_view(mine, "  Week   five ", "?scope=container:unit-1")
    personal.save_view(mine, "Week five", "?scope=container:unit-2")

    (view,) = personal.saved_views(mine)
    assert (view.name, view.query, view.is_default) == ("Week five", "?scope=container:unit-2", False)


def test_views_are_seen_by_nobody_else(mine: DashboardContext, hers: DashboardContext) -> None:
    personal.save_view(mine, "Week five", "")
    (view,) = personal.saved_views(mine)

    personal.delete_view(hers, view.pk)
    personal.choose_default(hers, view.pk)
    with pytest.raises(NotSaved, match="gone"):
        personal.rename_view(hers, view.pk, "Mine now")

    assert personal.saved_views(hers) == ()
    assert personal.saved_views(mine) == (view,)


def test_a_fifty_first_view_is_refused_and_an_old_one_can_still_be_changed(mine: DashboardContext) -> None:
    for number in range(personal.MOST_VIEWS):
        personal.save_view(mine, f"View {number:02}", "")

    assert refusal(mine, "One more") == "too_many"
    personal.save_view(mine, "View 07", "?live=0")
    assert len(names(mine)) == personal.MOST_VIEWS


@pytest.mark.parametrize("name", ["", "   ", "\t\n"])
def test_a_view_needs_a_name(name: str, mine: DashboardContext) -> None:
    assert refusal(mine, name) == "no_name"


def test_a_name_that_holds_a_learners_name_is_refused(mine: DashboardContext, section: Section) -> None:
    learner = builders.make_learner(section, "L77")
    type(learner).across_tenants.filter(pk=learner.pk).update(name="Zoë Duarte", email="zoe@example.org")

    assert refusal(mine, "for zoë DUARTE, week 5") == "names_a_learner"
    assert refusal(mine, "zoe@example.org") == "names_a_learner"
    personal.save_view(mine, "Zoology", "")


def test_a_view_is_renamed_unless_another_one_has_the_name(mine: DashboardContext) -> None:
    personal.save_view(mine, "One", "")
    personal.save_view(mine, "Two", "")
    one, _ = personal.saved_views(mine)

    with pytest.raises(NotSaved, match="name_taken"):
        personal.rename_view(mine, one.pk, "Two")
    personal.rename_view(mine, one.pk, "Zero")

    assert names(mine) == ["Two", "Zero"]


def test_one_view_at_most_opens_first(mine: DashboardContext) -> None:
    personal.save_view(mine, "One", "")
    personal.save_view(mine, "Two", "")
    one, two = personal.saved_views(mine)

    personal.choose_default(mine, one.pk)
    personal.choose_default(mine, two.pk)
    assert [view.is_default for view in personal.saved_views(mine)] == [False, True]

    personal.choose_default(mine, None)
    assert [view.is_default for view in personal.saved_views(mine)] == [False, False]


# ---- entrances --------------------------------------------------------------------------------------------------


def test_a_section_is_entered_at_the_default_view_else_where_one_was_last(
    mine: DashboardContext, instructor: User, section: Section
) -> None:
    where = (mine.institution_slug, mine.section_slug)
    assert personal.entrances(instructor.pk, [where[0]]) == {}

    visits = LastVisit.objects.for_tenant(TenantId(section.institution_id))
    visits.create(section=section, user=instructor, scope="container:unit-2", seen_at=timezone.now())
    assert personal.entrances(instructor.pk, [where[0]]) == {where: "?scope=container:unit-2"}

    personal.save_view(mine, "One", "?p.threshold=50")
    personal.choose_default(mine, personal.saved_views(mine)[0].pk)
    assert personal.entrances(instructor.pk, [where[0]]) == {where: "?p.threshold=50"}


# ---- keys -------------------------------------------------------------------------------------------------------


def test_keys_work_until_they_are_switched_off_and_again_afterwards(
    mine: DashboardContext, hers: DashboardContext
) -> None:
    assert personal.has_shortcuts(mine)

    personal.use_shortcuts(mine, wanted=False)
    assert (personal.has_shortcuts(mine), personal.has_shortcuts(hers)) == (False, True)

    personal.use_shortcuts(mine, wanted=True)
    assert personal.has_shortcuts(mine)
