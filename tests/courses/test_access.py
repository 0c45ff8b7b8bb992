"""The one door: the instructor may, the colleague of the same institution and the outsider may not."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser, User
from pytest_django import DjangoAssertNumQueries

from courses.access import (
    AccessError,
    Denied,
    Granted,
    SignInRequired,
    resolve,
    resolve_for_command,
    role_held,
    scope_choices,
    sections_of,
)
from courses.contract import DashboardContext, Role
from courses.models import Container, Institution, Membership, Section, SectionStamp, SupportParameters, Teaching
from courses.scopes import stamp_of
from oracles.contract import DataStamp, TenantId
from tests import builders

pytestmark = pytest.mark.django_db
UNPRINTABLE = ("container:\x00", "container:\ud800", "container:unit-1\n")
NOT_THERE = ("container:nope", "container:", "unit-1", "container:' OR 1=1 --", "container:Unit-1", *UNPRINTABLE)


def granted(user: User, section: Section, address: str = "course", threshold: int = 100) -> Granted:
    access = resolve(user, section.institution.slug, section.slug, address, threshold)
    assert isinstance(access, Granted)
    return access


def context(user: User, section: Section, address: str = "course") -> DashboardContext:
    return granted(user, section, address).context


@pytest.mark.proves("P4")
def test_the_instructor_may_look_and_the_context_says_at_what(section: Section, instructor: User) -> None:
    access = granted(instructor, section, "container:unit-2", 70)

    assert access.context.scope.address == "container:unit-2"
    assert access.context.tenant_id == section.institution_id
    assert access.context.role is Role.INSTRUCTOR
    assert access.context.semantics.progress_threshold == 70
    assert not access.fell_back


@pytest.mark.proves("P4", "T1")
def test_colleague_and_outsider_get_the_answer_of_a_section_that_does_not_exist(
    section: Section, colleague: User, outsider: User
) -> None:
    unknown = resolve(colleague, "lakeside", "no-such-section")

    assert unknown == Denied()
    assert resolve(colleague, "lakeside", "algebra") == unknown
    assert resolve(outsider, "lakeside", "algebra") == unknown
    assert resolve(outsider, "no-such-institution", "algebra") == unknown


def test_the_outsider_sees_the_section_of_the_same_slug_at_home(
    section: Section, outsider: User, other_institution: Institution
) -> None:
    access = resolve(outsider, "harbour", "algebra")

    assert isinstance(access, Granted)
    assert access.context.tenant_id == other_institution.pk != section.institution_id


def test_nobody_is_asked_to_sign_in(section: Section) -> None:
    assert resolve(AnonymousUser(), "lakeside", "algebra") == SignInRequired()


def test_an_inactive_instructor_may_not(section: Section, instructor: User) -> None:
    before = context(instructor, section)
    instructor.is_active = False
    instructor.save()

    assert resolve(instructor, "lakeside", "algebra") == Denied()
    assert role_held(before) is None


def test_an_operator_may_open_every_section_of_the_institution_and_no_other(
    section: Section, colleague: User, outsider: User
) -> None:
    Membership.objects.for_tenant(TenantId(section.institution_id)).filter(user=colleague).update(role="operator")

    assert context(colleague, section).role is Role.OPERATOR
    assert resolve(colleague, "harbour", "algebra") == Denied()


def test_a_superuser_is_no_member_by_that_alone(section: Section) -> None:
    root = User.objects.create_superuser("root", password="secret-words")

    assert resolve(root, "lakeside", "algebra") == Denied()
    assert sections_of(root) == ()


@pytest.mark.proves("P5")
def test_a_context_stops_holding_when_the_teaching_ends(section: Section, instructor: User) -> None:
    before = context(instructor, section)
    assert role_held(before) is Role.INSTRUCTOR

    Teaching.objects.for_tenant(TenantId(section.institution_id)).filter(user=instructor).delete()

    assert role_held(before) is None


@pytest.mark.parametrize("address", NOT_THERE, ids=ascii)
def test_a_scope_that_is_not_there_falls_back_to_the_course(section: Section, instructor: User, address: str) -> None:
    access = granted(instructor, section, address)

    assert access.fell_back
    assert access.context.scope.address == "course"


@pytest.mark.proves("P4")
def test_a_container_of_another_tenant_is_one_that_is_not_there(
    section: Section, instructor: User, other_institution: Institution
) -> None:
    theirs = builders.make_section(other_institution)
    builders.make_container(theirs, "secret-plans", (1, 1))

    access = granted(instructor, section, "container:secret-plans")

    assert access == Granted(context(instructor, section), fell_back=True)


def test_hidden_containers_and_what_is_under_them_are_not_offered(section: Section, instructor: User) -> None:
    rows = Container.objects.for_tenant(TenantId(section.institution_id)).filter(section=section)
    rows.filter(key="unit-1").update(hidden=True)
    builders.make_container(section, "lesson", (2, 2), rows.get(key="unit-1"))

    choices = scope_choices(context(instructor, section))

    assert [choice.address for choice in choices] == ["course", "container:unit-2", "container:unit-3"]
    assert granted(instructor, section, "container:lesson").fell_back


def test_the_picker_offers_the_course_first_then_the_outline(section: Section, instructor: User) -> None:
    choices = scope_choices(context(instructor, section))

    assert [(choice.title, choice.depth) for choice in choices] == [
        ("Algebra", 0),
        ("Unit 1", 1),
        ("Unit 2", 1),
        ("Unit 3", 1),
    ]


def test_saved_thresholds_are_in_the_context(section: Section, instructor: User) -> None:
    SupportParameters.objects.for_tenant(TenantId(section.institution_id)).create(
        section=section, inactivity_days=30, version=3
    )

    support = context(instructor, section).semantics.support

    assert (support.inactivity_days, support.version) == (30, 3)


@pytest.mark.parametrize("threshold", [0, -10, 55, 110, 10**9])
def test_a_threshold_that_does_not_exist_counts_as_the_default(
    section: Section, instructor: User, threshold: int
) -> None:
    access = granted(instructor, section, threshold=threshold)

    assert access.context.semantics.progress_threshold == 100


def test_the_questions_at_the_door_do_not_grow_with_the_section(
    section: Section, instructor: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(50):
        builders.make_container(section, f"more-{number}", (20 + number, 20 + number))

    with django_assert_max_num_queries(5):
        resolve(instructor, "lakeside", "algebra", "container:more-49")


def test_everybody_sees_their_own_sections_with_the_size_of_the_class(
    section: Section,
    instructor: User,
    colleague: User,
    outsider: User,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    builders.make_learner(section, "Gone", status="withdrawn")
    builders.make_learner(section, "Tess", role="assistant")

    with django_assert_num_queries(1):
        (entry,) = sections_of(instructor)

    assert (entry.institution_slug, entry.slug, entry.class_size) == ("lakeside", "algebra", 4)
    assert sections_of(colleague) == ()
    assert [entry.institution_slug for entry in sections_of(outsider)] == ["harbour"]


def test_the_stamp_is_read_in_one_query(
    section: Section, instructor: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    scope = context(instructor, section).scope
    SectionStamp.objects.for_tenant(scope.tenant_id).filter(section=section).update(
        structure=1, roster=2, progress=3, evidence=4, scores=5, settings=6, as_of=builders.MOMENT
    )

    with django_assert_num_queries(1):
        stamp = stamp_of(scope)

    assert stamp == DataStamp(1, 2, 3, 4, 5, 6, as_of=builders.MOMENT)


def test_a_database_made_anew_never_meets_the_stamps_of_the_old_one(section: Section) -> None:
    mine = SectionStamp.objects.for_tenant(TenantId(section.institution_id))
    old = mine.get(section=section)

    mine.filter(pk=old.pk).delete()
    new = mine.create(section=section)

    assert new.structure >= old.structure
    assert min(new.structure, new.roster, new.progress, new.evidence, new.scores, new.settings) > 10**12


def test_a_command_names_its_section_and_scope(section: Section) -> None:
    found = resolve_for_command("algebra", None, "container:unit-3")

    assert (found.role, found.user_id, found.scope.container_key) == (Role.COMMAND, None, "unit-3")


def test_a_slug_of_two_institutions_needs_the_institution(section: Section, outsider: User) -> None:
    with pytest.raises(AccessError, match="--institution"):
        resolve_for_command("algebra", None)

    assert resolve_for_command("algebra", "harbour").institution_slug == "harbour"


@pytest.mark.parametrize(
    ("slug", "named", "address", "said"),
    [
        ("nope", None, "course", "no section 'nope'"),
        ("algebra", "nope", "course", "in institution 'nope'"),
        ("algebra", "lakeside", "container:nope", "no scope 'container:nope'"),
        ("algebra", "lakeside", "", "no scope ''"),
        ("algebra", "lakeside", "container:\x00", "no scope"),
    ],
)
def test_a_command_that_names_what_is_not_there_is_told_so(
    section: Section, slug: str, named: str | None, address: str, said: str
) -> None:
    with pytest.raises(AccessError, match=said):
        resolve_for_command(slug, named, address)
