"""A sink of the first institution."""

from __future__ import annotations

import pytest

from ingest.sinks import EventSink
from oracles.contract import TenantId
from tests.ingest.sinks.written import make_sink


@pytest.fixture
def sink(mine: TenantId) -> EventSink:
    return make_sink(mine)
