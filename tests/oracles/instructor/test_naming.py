"""Where an institution hides names, oracles call its learners by codes, and by nothing else."""

from __future__ import annotations

import pytest
from django.utils import timezone

from courses.models import Institution, Section
from oracles.instructor import learner_info
from oracles.instructor.naming import code_of
from tests.builders import golden_section, make_learner, make_section
from tests.oracles.instructor.rows import context_of

pytestmark = [pytest.mark.django_db, pytest.mark.proves("UX-28")]


@pytest.fixture
def hidden(section: Section) -> Section:
    Institution.objects.filter(pk=section.institution_id).update(names_hidden_since=timezone.now())
    return section


def test_the_roster_has_codes_and_neither_names_nor_ids_nor_addresses(hidden: Section) -> None:
    learners = learner_info.load(context_of(hidden)).learners

    codes = [code_of(hidden.pk, row.learner_id) for row in learners]
    assert [(row.external_id, row.name, row.email) for row in learners] == [(code, code, "") for code in codes]
    assert len(set(codes)) == 4


def test_the_same_learner_has_another_code_in_another_section(hidden: Section, institution: Institution) -> None:
    other = make_section(institution, "botany")
    make_learner(other, "Ada")
    (ada,) = learner_info.load(context_of(other)).learners

    in_algebra = {row.learner_id: row.name for row in learner_info.load(context_of(hidden)).learners}

    assert in_algebra[ada.learner_id] != ada.name


def test_other_institutions_are_not_concerned(hidden: Section, other_institution: Institution) -> None:
    theirs = golden_section(other_institution)

    assert [row.name for row in learner_info.load(context_of(theirs)).learners] == ["Ada", "Ben", "Cleo", "Dan"]
