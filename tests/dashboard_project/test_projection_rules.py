"""The deployment chooses which version of a projection speaks; one request may choose otherwise."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from dashboard_project.environment import Environment
from dashboard_project.projection_rules import deployed
from snapshot.contract import Capability
from snapshot.projections import CURRENT, RULES
from snapshot.projections.rules import UnknownVersion
from tests.snapshot.versions import BOTH


def test_where_nobody_chooses_the_current_versions_are_in_force() -> None:
    assert deployed() == RULES


@pytest.mark.proves("snapshot:AC-007", "X2")
def test_the_setting_chooses_and_a_request_may_go_on_with_the_older_one(settings: Settings) -> None:
    settings.PROJECTION_VERSIONS = Environment({"V": "progress=2, summary=1"}).versions("V")

    assert deployed(table=BOTH).versions == {**CURRENT, Capability.PROGRESS: 2}
    assert deployed({Capability.PROGRESS: 1}, BOTH).versions == CURRENT


@pytest.mark.parametrize(
    ("versions", "words"),
    [
        ({"progress": 7}, "PROJECTION_VERSIONS: projection progress: expected version 1, got 7"),
        ({"weather": 1}, "PROJECTION_VERSIONS: expected one of summary, .*, got 'weather'"),
    ],
)
def test_a_setting_that_names_what_is_not_there_is_refused(
    versions: dict[str, int], words: str, settings: Settings
) -> None:
    settings.PROJECTION_VERSIONS = versions

    with pytest.raises(ImproperlyConfigured, match=words):
        deployed()


def test_a_request_for_what_is_not_there_is_refused() -> None:
    with pytest.raises(UnknownVersion, match="expected version 1, got 2"):
        deployed({Capability.PROGRESS: 2})


@pytest.mark.parametrize("text", ["progress", "progress=", "=1", "progress=two", "progress=-1"])
def test_versions_that_cannot_be_read_are_refused(text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="V: expected name=version"):
        Environment({"V": text}).versions("V")
