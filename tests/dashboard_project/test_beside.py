"""The schedule beside a server: it does its work meanwhile, and ends with the server, however that ends."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO, cast

import pytest

from tests.dashboard_project.processes import LONGEST_SECONDS, MANAGE, manage, serving, surroundings

A_SECTION = """
from courses.models import Course, Institution, Section, SectionStamp
from oracles.contract import TenantId
mine = Institution.objects.create(slug="lakeside", name="Lakeside")
course = Course.objects.for_tenant(TenantId(mine.pk)).create(key="algebra", title="Algebra")
section = Section.objects.for_tenant(TenantId(mine.pk)).create(course=course, slug="algebra", title="Algebra")
SectionStamp.objects.for_tenant(TenantId(mine.pk)).create(section=section)
"""


@pytest.mark.proves("experiences:K-10")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=lambda one: one.name)
def test_the_schedule_works_beside_the_server_and_ends_with_it(var: Path, number: signal.Signals) -> None:
    done = manage(var, "shell", "--command", A_SECTION)
    assert done.returncode == 0, done.stderr

    with serving(var, "--with-schedule") as served:
        turn = json.loads(cast("IO[str]", served.process.stdout).readline())
        served.end(number)
        served.process.communicate(timeout=LONGEST_SECONDS)  # returns when the last that writes there is gone

    assert turn == {"job": "trays", "looked": 1, "busy": 0}


@pytest.mark.proves("experiences:K-10")
def test_it_ends_by_itself_when_nobody_holds_its_input_any_more(var: Path) -> None:
    command = [sys.executable, MANAGE, "run_schedule", "--until-stdin-closes"]
    worker = subprocess.Popen(
        command, env=surroundings(var), cwd="/", stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )

    out, err = worker.communicate(timeout=LONGEST_SECONDS)  # closes its input

    assert (worker.returncode, out, err) == (0, b"", b"")
