"""Two institutions that look alike, for the matrix of `tests/architecture/test_experiences.py`.

Each experience has a `two_tenants.py` beside its tests with `CASES`: (class name, method name) → a case. It is given
both tenants, calls the method for the first, and asserts that nothing of the second came out or was changed by it. A
public method without a case fails the matrix, and so does a case that does not call its method.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.contrib.auth.models import User

from courses.access import Granted, resolve
from courses.contract import DashboardContext
from courses.models import Institution, Section
from experiences.contract import SectionContext
from oracles.contract import TenantId
from tests import builders


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: a golden section and who teaches it."""

    institution: Institution
    section: Section
    user: User

    @property
    def tenant_id(self) -> TenantId:
        return TenantId(self.institution.pk)

    def dashboard(self) -> DashboardContext:
        """The context of the instructor at the section, through the only door there is."""
        access = resolve(self.user, self.institution.slug, self.section.slug)
        assert isinstance(access, Granted)
        return access.context

    def at_section(self, *, is_preview: bool = False) -> SectionContext:
        return SectionContext(self.dashboard(), is_preview=is_preview)


@dataclass(frozen=True, slots=True)
class Tenants:
    mine: Side
    other: Side


type Case = Callable[[Tenants], None]
type Cases = Mapping[tuple[str, str], Case]


def two_tenants() -> Tenants:
    """Both have a section of the same slug with learners of the same names."""
    return Tenants(_side("lakeside", "ines"), _side("harbour", "otto"))


def _side(slug: str, name: str) -> Side:
    institution = builders.make_institution(slug)
    section = builders.golden_section(institution)
    return Side(institution, section, builders.make_user(name, institution, teaches=section))
