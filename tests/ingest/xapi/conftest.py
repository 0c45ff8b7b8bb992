"""A token of the first institution, and what ends with each test."""

from __future__ import annotations

import pytest
from django.utils import timezone

from courses.models import Institution, Section
from ingest import tokens
from oracles.contract import TenantId
from tests.ingest.xapi.statements import Client


def make_token(institution: Institution) -> str:
    secret = tokens.create(TenantId(institution.pk), "LMS", timezone.now()).secret
    assert secret is not None
    return secret


@pytest.fixture
def client(section: Section, institution: Institution) -> Client:
    """May send for the institution of the golden section."""
    return Client(make_token(institution))


@pytest.fixture
def stranger(other_institution: Institution) -> Client:
    """May send for another institution, which has no section."""
    return Client(make_token(other_institution))


@pytest.fixture(autouse=True)
def _closed_at_the_end(parts_end: None) -> None:
    """Whatever a request opened."""
