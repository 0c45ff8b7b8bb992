"""Arms are sticky, even, and nobody's choice; what was sent under which arm is counted, and the split is checked."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO
from math import sqrt

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import DatabaseError, transaction

from experiences.digest import memory
from experiences.digest.config import DigestConfig
from experiences.digest.experiments import HOLDOUT, SHORTER, Experiment, assign, sample_ratio
from experiences.digest.memory import ArmResult, Person
from experiences.digest.models import DigestAssignment, DigestExposure
from tests.experiences.digest.readings import KEY, MONDAY, at_work, recipient_of, sender, service

PEOPLE = 10_000


@pytest.mark.proves("G-12")
def test_ten_thousand_people_split_within_the_error_of_sampling() -> None:
    arms = [assign(SHORTER, 1, user, KEY) for user in range(PEOPLE)]

    for arm, share in (("A", 0.45), ("B", 0.45), (HOLDOUT, 0.1)):
        error = sqrt(PEOPLE * share * (1 - share))
        assert abs(arms.count(arm) - PEOPLE * share) < 4 * error
    assert not sample_ratio(arms.count("A"), arms.count("B")).is_suspicious


@pytest.mark.proves("G-12")
def test_an_arm_is_the_same_each_time_and_another_under_another_key_tenant_or_name() -> None:
    arms = [assign(SHORTER, 1, user, KEY) for user in range(200)]
    other = Experiment("another", {})

    assert arms == [assign(SHORTER, 1, user, KEY) for user in range(200)]
    assert arms != [assign(SHORTER, 1, user, b"another key") for user in range(200)]
    assert arms != [assign(SHORTER, 2, user, KEY) for user in range(200)]
    assert arms != [assign(other, 1, user, KEY) for user in range(200)]


@pytest.mark.proves("G-12")
@pytest.mark.parametrize("changes", [{"send_email": False}, {"user_segment": "instructors"}, {"preview_mode": True}])
def test_an_experiment_varies_only_what_may_be_varied(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="may vary"):
        Experiment("sneaky", changes)


@pytest.mark.proves("G-12")
def test_who_is_held_out_has_the_configuration_as_it_is() -> None:
    weekly = DigestConfig.weekly()

    assert SHORTER.configured(weekly, HOLDOUT) == weekly
    assert SHORTER.configured(weekly, "A").max_issues_shown == weekly.max_issues_shown
    assert SHORTER.configured(weekly, "B").max_issues_shown == 3


@pytest.mark.proves("G-12")
@pytest.mark.parametrize(("a", "b", "p_value"), [(500, 500, 1.0), (520, 480, 0.2059), (5, 5, 1.0), (600, 400, 2.5e-10)])
def test_the_check_of_the_split_is_a_chi_square_test(a: int, b: int, p_value: float) -> None:
    check = sample_ratio(a, b)

    assert check.p_value == pytest.approx(p_value, rel=0.02)
    assert check.is_suspicious is (a == 600)


def test_without_anybody_nothing_is_known_of_a_split() -> None:
    assert sample_ratio(0, 0).p_value is None
    assert not sample_ratio(0, 0).is_suspicious


@pytest.mark.proves("G-12")
@pytest.mark.django_db
def test_the_arm_in_which_somebody_was_put_stays_whatever_becomes_of_the_key(ines: User) -> None:
    context = at_work(ines)
    would = service().arm_of(context)
    other = next(arm for arm in ("A", "B") if arm != would)
    memory.keep_arm(Person(context.tenant_id, context.user_id), SHORTER.name, other, MONDAY)

    assert service().arm_of(context) == other
    assert memory.keep_arm(Person(context.tenant_id, context.user_id), SHORTER.name, would, MONDAY) == other


@pytest.mark.proves("G-12")
@pytest.mark.django_db
def test_what_is_sent_is_an_exposure_and_a_preview_is_none(ines: User) -> None:
    person = recipient_of(ines)
    tenant = person.context.tenant_id

    sender().preview_one(person, MONDAY)
    assert not DigestAssignment.objects.for_tenant(tenant).exists()
    assert memory.results(tenant, SHORTER.name) == {}

    sender().send_one(person, MONDAY)
    assert memory.results(tenant, SHORTER.name) == {service().arm_of(person.context): ArmResult(sent=1)}


@pytest.mark.proves("G-12", "G-11")
@pytest.mark.django_db
def test_results_count_people_who_were_sent_it_opened_it_and_dealt_with_it(ines: User) -> None:
    person, week = recipient_of(ines), timedelta(weeks=1)
    tenant, arm = person.context.tenant_id, service().arm_of(person.context)
    for moment in (MONDAY, MONDAY + week):
        sender().send_one(person, moment)
    digest = service().get_digest(person.context, service().weekly_config(person.context), MONDAY + week)

    service().mark(person.context, digest, "opened", MONDAY + week)
    opened = memory.results(tenant, SHORTER.name)
    service().mark(person.context, digest, "acted", MONDAY + week)

    assert opened == {arm: ArmResult(sent=1, opened=1)}
    assert memory.results(tenant, SHORTER.name) == {arm: ArmResult(sent=1, opened=1, acted=1)}


@pytest.mark.proves("G-12")
@pytest.mark.django_db
def test_the_command_tells_people_by_arm_and_checks_the_split(ines: User) -> None:
    arm, out = service().arm_of(at_work(ines)), StringIO()
    sender().send_one(recipient_of(ines), MONDAY)

    call_command("digest_results", "--json", stdout=out)

    told = json.loads(out.getvalue())
    assert told["arms"] == {arm: {"sent": 1, "opened": 0, "acted": 0}}
    assert told["split"]["is_suspicious"] is False


@pytest.mark.proves("G-12")
@pytest.mark.django_db
def test_an_exposure_cannot_be_changed_afterwards(ines: User) -> None:
    sender().send_one(recipient_of(ines), MONDAY)
    rows = DigestExposure.objects.for_tenant(at_work(ines).tenant_id)

    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(arm="A")
