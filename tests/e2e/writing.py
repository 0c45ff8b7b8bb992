"""Events that come in while a dashboard of the sample section is open: by a command of its own process, or by HTTP."""

from __future__ import annotations

import json
import subprocess
import urllib.request
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.dashboard_project.processes import manage
from tests.e2e.live import Live

Statement = dict[str, Any]


def answered(learner: int, page: str, question: int = 0, *, success: bool = True) -> Statement:
    """A learner of the sample answers a question of a page."""
    return {
        "id": str(uuid4()),
        "actor": {
            "objectType": "Agent",
            "account": {"homePage": "https://school.example", "name": f"ext-l{learner:02}"},
        },
        "verb": {"id": "http://adlnet.gov/expapi/verbs/answered", "display": {"en-US": "answered"}},
        "object": {
            "objectType": "Activity",
            "id": f"https://school.example/xapi/sections/algebra/activities/{page}-a{question}",
        },
        "result": {"success": success},
        "timestamp": datetime.now(UTC).isoformat(),
    }


def by_command(folder: Path, redis_url: str, statements: Sequence[Statement], institution: str = "lakeside") -> None:
    """They are stored when this returns; the process that did it is gone."""
    file = folder / f"{uuid4().hex}.json"
    file.write_text(json.dumps(statements))
    done = manage(
        folder, "import_xapi", str(file), "--institution", institution, "--section", "algebra", "--json",
        REDIS_URL=redis_url,
    )  # fmt: skip
    _expect_written(done, len(statements))


def token(folder: Path) -> str:
    done = manage(folder, "create_token", "--institution", "lakeside")
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def by_post(live: Live, bearer: str, statements: Sequence[Statement]) -> None:
    """The endpoint has said that they are stored."""
    request = urllib.request.Request(
        f"{live.origin}/api/xapi/statements",
        json.dumps(statements).encode(),
        {
            "Content-Type": "application/json",
            "Authorization": f"Bearer {bearer}",
            "X-Experience-API-Version": "1.0.3",
        },
    )
    with urllib.request.urlopen(request, timeout=20) as response:
        assert response.status == 200


def _expect_written(done: subprocess.CompletedProcess[str], events: int) -> None:
    assert done.returncode == 0, done.stderr
    (section,) = json.loads(done.stdout)["sections"]
    assert section["events"]["written"] == events, section
