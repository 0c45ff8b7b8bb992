"""The contexts of experiences: one source of the tenant, and no writing in a preview."""

from __future__ import annotations

from typing import cast

import pytest

from courses.contract import DashboardContext, Role
from experiences.contract import InstructorContext, PreviewRefused, SectionContext, require_writable
from oracles.contract import Scope, TenantId

LAKESIDE, HARBOUR = TenantId(1), TenantId(2)


def at(tenant_id: TenantId) -> DashboardContext:
    return DashboardContext(
        scope=Scope(tenant_id, 10),
        role=Role.INSTRUCTOR,
        user_id=5,
        institution_slug="lakeside",
        section_slug="algebra",
        section_title="Algebra",
        course_title="Algebra",
        time_zone="UTC",
    )


@pytest.mark.proves("O-01")
def test_without_a_context_of_the_access_module_there_is_no_section_context() -> None:
    with pytest.raises(TypeError, match=r"expected a context from courses\.access"):
        SectionContext(cast("DashboardContext", None))


@pytest.mark.proves("O-01")
def test_a_section_of_another_institution_is_not_an_instructors() -> None:
    with pytest.raises(ValueError, match="sections of tenant 1 only"):
        InstructorContext(LAKESIDE, 5, "UTC", (at(LAKESIDE), at(HARBOUR)))


@pytest.mark.proves("T-02")
@pytest.mark.parametrize(
    "context", [SectionContext(at(LAKESIDE), is_preview=True), InstructorContext(LAKESIDE, 5, "UTC", is_preview=True)]
)
def test_whatever_writes_is_refused_in_a_preview(context: SectionContext | InstructorContext) -> None:
    with pytest.raises(PreviewRefused):
        require_writable(context)


def test_whatever_writes_may_go_on_outside_of_a_preview() -> None:
    require_writable(SectionContext(at(LAKESIDE)))
