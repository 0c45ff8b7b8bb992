"""Whose data is brought in."""

from __future__ import annotations

import pytest

from courses.models import Institution
from oracles.contract import TenantId


@pytest.fixture
def mine(institution: Institution) -> TenantId:
    return TenantId(institution.pk)
