"""Decide: what is staged, for whom, and who is left out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from courses.models import Learner
from experiences.decision_console.contract import (
    Draft,
    NotThere,
    Refused,
)
from experiences.decision_console.kinds import Kind
from experiences.decision_console.models import (
    Decision,
)
from tests import builders
from tests.experiences.decision_console.conftest import Desk, Desks

pytestmark = pytest.mark.django_db


@pytest.mark.proves("K-01")
def test_a_staged_decision_has_an_id_an_author_and_its_frozen_targets(desk: Desk) -> None:
    console = desk.data.add_decision(desk.context, desk.message("Ada", "Ben"))

    (decision,) = console.decision_queue
    assert decision.id == console.staged
    assert (decision.author, decision.author_name) == (f"user-{desk.context.user_id}", "ines")
    assert (decision.rule, [target.label for target in decision.targets]) == ("chosen", ["Ada", "Ben"])


@pytest.mark.proves("O-08")
def test_what_was_staged_is_there_for_another_process(desk: Desk, desk_at: Desks) -> None:
    decision = desk.staged("Ada")

    anew = desk_at(desk.section, builders.make_user("iris", desk.section.institution, teaches=desk.section))

    assert [each.id for each in anew.data.get_console_data(anew.context).decision_queue] == [decision]


@pytest.mark.proves("O-05")
def test_an_unknown_a_foreign_and_a_departed_learner_look_alike(desk: Desk, other_institution: object) -> None:
    foreign = builders.make_learner(builders.golden_section(other_institution), "Fay")  # type: ignore[arg-type]
    desk.leaves("Dan")

    for learner in (foreign.pk, 10**9, desk.learner("Dan").pk):
        with pytest.raises(NotThere):
            desk.service.stage(desk.context, Draft(Kind.MESSAGE, "chosen", (learner,)))


@pytest.mark.proves("K-01", "K-09")
def test_staging_the_same_twice_is_staging_once(desk: Desk) -> None:
    first, second = desk.staged("Ada", "Ben"), desk.staged("Ada", "Ben")

    assert first == second
    assert Decision.objects.for_tenant(desk.tenant_id).count() == 1
    assert desk.used("Ada") == 1


@pytest.mark.proves("K-01")
def test_a_learner_who_is_in_another_decision_of_the_kind_is_left_out_and_it_is_said(desk: Desk) -> None:
    desk.staged("Ada", "Ben")

    second = desk.staged("Ben", "Cleo")

    assert desk.outcomes(second) == {"Ben": "excluded duplicate", "Cleo": "waiting"}
    with pytest.raises(Refused, match="nobody_left"):
        desk.service.stage(desk.context, replace(desk.message("Ada"), rule="another"))


def test_whoever_has_no_address_is_left_out_of_mail(desk: Desk) -> None:
    Learner.objects.for_tenant(desk.tenant_id).filter(name="Ben").update(email="")

    assert desk.outcomes(desk.staged("Ada", "Ben"))["Ben"] == "excluded no_address"
