"""What is told in the log: a port that breaks, by the type of its error, once a minute and not once a paint."""

from __future__ import annotations

from dataclasses import replace

import pytest
from structlog.testing import capture_logs

from coordinator.driver import Driver
from coordinator.meters import QUIET_SECONDS, LogMeter
from coordinator.telemetry import record_crash, record_wrong_answer
from tests.coordinator.words import COURSE, UNIT_1, A, B, selected
from tests.fakes import World, breathe


@pytest.fixture
def meter(world: World) -> LogMeter:
    return LogMeter(now=world.clock.now)


@pytest.mark.proves("NFR-OPS-001", "NFR-OPS-002")
async def test_a_screen_that_breaks_at_every_paint_is_one_line_with_the_type_of_its_error(
    world: World, meter: LogMeter
) -> None:
    driver = Driver(replace(world.ports, meter=meter), world.screen)
    world.screen.is_broken = True

    with capture_logs() as logs:
        for scope in (COURSE, UNIT_1):
            driver.feed(selected(scope))
            await breathe()
            world.runner.answer(scope, A, B)
            await driver.settled()
        await driver.close()

    warnings = [line for line in logs if line["log_level"] == "warning"]
    assert warnings == [
        {
            "event": "coordinator_port_crashed",
            "port": "screen",
            "error": "ConnectionError",
            "times": 1,
            "log_level": "warning",
        }
    ]
    assert "the socket is gone" not in str(logs)


async def test_a_minute_later_it_is_said_again_and_how_often_it_was_meanwhile(world: World, meter: LogMeter) -> None:
    with capture_logs() as logs:
        for _ in range(3):
            record_crash(meter, "screen", ConnectionError())
        record_crash(meter, "screen", ValueError())
        record_wrong_answer(meter, "runner")
        await world.clock.pass_time(QUIET_SECONDS)
        record_crash(meter, "screen", ConnectionError())

    assert [(line["port"], line["error"], line["times"]) for line in logs] == [
        ("screen", "ConnectionError", 1),
        ("screen", "ValueError", 1),
        ("runner", "WrongAnswer", 1),
        ("screen", "ConnectionError", 3),
    ]


def test_ordinary_counts_are_for_who_debugs(meter: LogMeter) -> None:
    with capture_logs() as logs:
        meter.count("scope_request_started", cause="selected")
        meter.count("scope_request_started", cause="selected")

    assert [line["log_level"] for line in logs] == ["debug", "debug"]
