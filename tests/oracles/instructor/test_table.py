"""What holds for every oracle of the table: bounded statements, separate tenants, answers that survive a cache."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from courses.models import Institution, Section
from oracles.contract import (
    ASSESSMENTS,
    HAND_INS,
    LEARNER_INFO,
    LEARNER_PROGRESS,
    OBJECTIVES,
    PROGRESS,
    PROGRESS_PROFICIENCY,
    SCHEDULE_POSITION,
    SCOPE_RESOURCES,
    Domain,
    OracleContext,
    OracleKey,
    Payload,
    Scope,
    TenantId,
)
from oracles.instructor import ORACLES
from tests.builders import MOMENT, golden_section, make_container, make_learner, make_page
from tests.oracles.instructor.rows import (
    NOW,
    container_of,
    context_of,
    learners_of,
    make_answers,
    make_last_event,
    make_score,
    mix_the_class,
    objective_of,
    pages_of,
)

STATEMENTS = {
    SCOPE_RESOURCES: 4,
    SCHEDULE_POSITION: 2,
    LEARNER_INFO: 1,
    PROGRESS: 2,
    PROGRESS_PROFICIENCY: 2,
    OBJECTIVES: 3,
    ASSESSMENTS: 2,
    LEARNER_PROGRESS: 2,
    HAND_INS: 2,
}


def answers(context: OracleContext) -> Mapping[OracleKey, Payload]:
    return {key: oracle.load(context) for key, oracle in ORACLES.items()}


def statements(key: OracleKey, context: OracleContext) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        ORACLES[key].load(context)
    return len(captured)


def fill(section: Section) -> None:
    """Something in every table an oracle reads."""
    mix_the_class(section)
    for learner in learners_of(section).values():
        make_score(learner, pages_of(section)["quiz"], 50)
        make_last_event(learner, section, MOMENT)


@pytest.mark.proves("O5")
@pytest.mark.parametrize("key", ORACLES)
def test_statements_do_not_grow_with_learners_or_containers(section: Section, key: OracleKey) -> None:
    fill(section)
    small = statements(key, context_of(section))
    objective = objective_of(section, "objective-1")
    for number in range(40):
        unit = make_container(section, f"more-{number}", (100 + 2 * number, 101 + 2 * number))
        page = make_page(section, f"page-{number}", 101 + 2 * number, unit, graded=True)
        learner = make_learner(section, f"Learner {number}")
        make_answers(learner, page, objective, right=1)
        make_score(learner, page, 80)

    large = statements(key, context_of(section))

    assert (small, large) == (STATEMENTS[key], STATEMENTS[key])


@pytest.mark.proves("T2")
def test_another_tenant_with_the_same_keys_changes_no_answer(section: Section, other_institution: Institution) -> None:
    fill(section)
    before = answers(context_of(section))

    fill(golden_section(other_institution))

    assert answers(context_of(section)) == before


def test_another_section_of_the_same_course_and_learners_changes_no_answer(
    section: Section, institution: Institution
) -> None:
    fill(section)
    unit = container_of(section, "unit-1")
    before = answers(context_of(section)), answers(context_of(section, unit))
    twin = Section.objects.for_tenant(TenantId(institution.pk)).create(
        course_id=section.course_id, slug="twin", title="Twin"
    )
    page = make_page(twin, "unit-1-page-1", 2, graded=True)
    ada = learners_of(section)["Ada"]
    make_score(ada, page, 100)

    assert (answers(context_of(section)), answers(context_of(section, unit))) == before


@pytest.mark.proves("T2")
@pytest.mark.parametrize("key", [key for key in ORACLES if key != SCOPE_RESOURCES])
def test_a_section_asked_for_in_the_name_of_another_tenant_is_empty(
    section: Section, other_institution: Institution, key: OracleKey
) -> None:
    fill(section)
    foreign = OracleContext(Scope(TenantId(other_institution.pk), section.pk), None, NOW)
    nowhere = OracleContext(Scope(TenantId(other_institution.pk), 0), None, NOW)

    assert ORACLES[key].load(foreign) == ORACLES[key].load(nowhere)


@pytest.mark.proves("T2")
def test_the_titles_of_another_tenant_s_section_are_not_told(section: Section, other_institution: Institution) -> None:
    foreign = OracleContext(Scope(TenantId(other_institution.pk), section.pk), None, NOW)

    with pytest.raises(Section.DoesNotExist):
        ORACLES[SCOPE_RESOURCES].load(foreign)


@pytest.mark.proves("O1", "K1")
@pytest.mark.parametrize("key", ORACLES)
def test_an_answer_written_to_a_cache_reads_back_the_same(section: Section, key: OracleKey) -> None:
    fill(section)
    payload = ORACLES[key].load(context_of(section))

    read_back = msgspec.msgpack.decode(msgspec.msgpack.encode(payload), type=ORACLES[key].payload)

    assert read_back == payload


@pytest.mark.parametrize("key", ORACLES)
def test_an_oracle_answers_with_its_own_payload_type(section: Section, key: OracleKey) -> None:
    assert type(ORACLES[key].load(context_of(section))) is ORACLES[key].payload


def test_whatever_counts_learners_moves_with_the_roster() -> None:
    counting = {key for key, oracle in ORACLES.items() if Domain.ROSTER in oracle.reads}

    assert counting == set(ORACLES) - {SCOPE_RESOURCES, SCHEDULE_POSITION}


def test_no_name_or_address_stands_outside_the_roster(section: Section) -> None:
    fill(section)
    told = {key: msgspec.json.encode(payload) for key, payload in answers(context_of(section)).items()}

    assert [key for key, text in told.items() if b"Cleo" in text or b"cleo@" in text] == [LEARNER_INFO]
