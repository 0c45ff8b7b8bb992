"""The same snapshot is the same bytes: whatever the clock, the zone, the language and the order of hashes."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import cycle, islice
from time import time

import pytest

from tests.architecture.sources import ROOT
from tests.snapshot.export.builds import digest

ZONES = ("UTC", "Pacific/Kiritimati", "America/St_Johns", "Asia/Kathmandu")
LANGUAGES = ("C", "C.UTF-8", "tr_TR.UTF-8", "de_DE.UTF-8", "POSIX")
BUILDS = 20


def surroundings(build: int, zone: str, language: str) -> dict[str, str]:
    own = {"TZ": zone, "LANG": language, "LC_ALL": language, "PYTHONHASHSEED": str(build * 101)}
    return {"PATH": os.environ["PATH"], "PYTHONUTF8": str(build % 2), **own}


@pytest.mark.proves("I2", "P9")
def test_twenty_builds_in_twenty_surroundings_have_one_digest() -> None:
    begun_at, digests = time(), set()
    for build, (zone, language) in enumerate(islice(zip(cycle(ZONES), cycle(LANGUAGES), strict=False), BUILDS)):
        command = [sys.executable, "-m", "tests.snapshot.export.builds"]
        done = subprocess.run(
            command, cwd=ROOT, env=surroundings(build, zone, language), capture_output=True, text=True, check=True
        )
        digests.add(done.stdout.strip())

    assert digests == {digest()}
    assert time() - begun_at > 2.1, "a ZIP's times count in steps of two seconds"
