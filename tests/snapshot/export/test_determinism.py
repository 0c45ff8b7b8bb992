"""The same snapshot is the same bytes: whatever the clock, the zone, the language and the order of hashes."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import cycle, islice

import pytest

from tests.architecture.sources import ROOT
from tests.snapshot.export.builds import digest

ZONES = ("UTC", "Pacific/Kiritimati", "America/St_Johns", "Asia/Kathmandu")
LANGUAGES = ("C", "C.UTF-8", "tr_TR.UTF-8", "de_DE.UTF-8", "POSIX")
MOMENTS = ("1999-12-31T23:59:58", "2026-03-29T01:59:59", "2026-11-01T05:00:01", "2087-07-04T12:00:00")
"""On the clock: a ZIP would show two seconds' difference, and cannot name a year after 2107 or before 1980."""
BUILDS = 20


def surroundings(build: int, zone: str, language: str) -> dict[str, str]:
    own = {"TZ": zone, "LANG": language, "LC_ALL": language, "PYTHONHASHSEED": str(build * 101)}
    return {"PATH": os.environ["PATH"], "PYTHONUTF8": str(build % 2), **own}


@pytest.mark.proves("I2", "P9")
def test_twenty_builds_in_twenty_surroundings_have_one_digest() -> None:
    digests = set()
    for build, (zone, language, moment) in enumerate(
        islice(zip(cycle(ZONES), cycle(LANGUAGES), cycle(MOMENTS), strict=False), BUILDS)
    ):
        command = [sys.executable, "-m", "tests.snapshot.export.builds", moment]
        done = subprocess.run(
            command, cwd=ROOT, env=surroundings(build, zone, language), capture_output=True, text=True, check=True
        )
        told, digest_then = done.stdout.split()
        assert told == moment
        digests.add(digest_then)

    assert digests == {digest()}
