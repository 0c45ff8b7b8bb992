"""Where names are hidden, the order in which people stand says nothing about their names either."""

from __future__ import annotations

import pytest
from django.utils import timezone

from courses.models import Institution
from oracles.instructor.naming import code_of
from tests.builders import make_learner
from tests.experiences.decision_console.conftest import Desk

pytestmark = pytest.mark.django_db

NAMES = ("Aaron", "Bella", "Chloe", "David", "Elena", "Fadi", "Grace", "Hugo")
"""Enrolled in this order: ids, too, are in the order of the names."""


@pytest.mark.proves("K-05", "UX-28")
def test_targets_stand_by_name_or_by_code(desk: Desk) -> None:
    for name in NAMES:
        make_learner(desk.section, name)
    decision = desk.staged(*NAMES)
    by_name = [target.label for target in desk.data.get_decision(desk.context, decision).targets]

    Institution.objects.filter(pk=desk.tenant_id).update(names_hidden_since=timezone.now())

    found = [target.label for target in desk.data.get_decision(desk.context, decision).targets]
    assert by_name == list(NAMES)
    codes = [code_of(desk.section.pk, pk) for pk in desk.ids(*NAMES)]
    assert found == sorted(codes)
    assert found != codes
