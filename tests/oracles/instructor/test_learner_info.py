"""The roster: who is in the class and when each was last seen learning."""

from __future__ import annotations

from datetime import timedelta

import pytest

from courses.models import Institution, Section
from oracles.instructor import learner_info
from oracles.payloads import LearnerRow
from tests.builders import MOMENT, make_learner, make_section
from tests.oracles.instructor.rows import container_of, context_of, learners_of, make_last_event


@pytest.mark.proves("B14", "ROW-T5")
def test_last_activity_is_the_last_learning_event_or_never(section: Section) -> None:
    ada, ben = learners_of(section)["Ada"], learners_of(section)["Ben"]
    make_last_event(ada, section, MOMENT + timedelta(microseconds=5))

    answer = learner_info.load(context_of(section))

    assert answer.learners[:2] == (
        LearnerRow(ada.pk, "ext-ada", "Ada", "ada@learners.example", MOMENT + timedelta(microseconds=5)),
        LearnerRow(ben.pk, "ext-ben", "Ben", "ben@learners.example", None),
    )


def test_activity_in_another_section_is_not_activity_here(institution: Institution, section: Section) -> None:
    make_last_event(learners_of(section)["Ada"], make_section(institution, "biology"), MOMENT)

    answer = learner_info.load(context_of(section))

    assert {row.last_activity for row in answer.learners} == {None}


def test_the_roster_is_the_section_s_in_every_scope_by_learner_id(section: Section) -> None:
    answer = learner_info.load(context_of(section, container_of(section, "unit-1")))

    assert [row.name for row in answer.learners] == ["Ada", "Ben", "Cleo", "Dan"]


def test_who_left_and_who_teaches_is_not_on_the_roster(section: Section) -> None:
    make_learner(section, "Gone", status="withdrawn")
    make_learner(section, "Ines", role="instructor")

    assert len(learner_info.load(context_of(section)).learners) == 4


def test_an_empty_section_has_an_empty_roster(institution: Institution) -> None:
    assert learner_info.load(context_of(make_section(institution))).learners == ()
