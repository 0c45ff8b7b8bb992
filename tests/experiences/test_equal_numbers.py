"""Tray, console, digest (page and mail), dashboard, its files and the commands say the same numbers of a section, and
these are what plain SQL counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import cast
from uuid import uuid4

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from courses.models import AssessmentScore, Page, Section
from dashboard_project.composition.console import console_service
from experiences.decision_console.contract import Draft, Wording
from experiences.decision_console.kinds import Kind
from oracles.contract import TenantId
from tests import builders
from tests.experiences.decision_console.conftest import context_of
from tests.experiences.saying import (
    SECTION,
    Numbers,
    commanded,
    get,
    in_console,
    in_digest,
    mailed,
    on_console,
    on_dashboard,
    on_tray,
    summary,
)
from tests.oracles.instructor.rows import learners_of, mix_the_class, pages_of

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.proves("G-05", "O-14"),
    pytest.mark.usefixtures("parts_end"),
]
DAY = timedelta(days=1)


@pytest.fixture
def taught(section: Section, instructor: User) -> Section:
    """The quiz has a submission that has waited too long, so the tray holds it; the essay is overdue, and free to be
    decided on. Somebody who left has handed in both. One message is staged.
    """
    now = timezone.now()
    builders.make_page(section, "essay", 20, graded=True, due_at=now - 3 * DAY)
    Page.objects.for_tenant(TenantId(section.institution_id)).filter(key="quiz").update(due_at=now - 30 * DAY)
    mix_the_class(section)
    builders.make_learner(section, "Gone", status="withdrawn")
    score(section, "Ada", "quiz", now - 16 * DAY, 60)
    score(section, "Ben", "quiz", now - 20 * DAY)
    score(section, "Ada", "essay", now - 5 * DAY, 80)
    score(section, "Ben", "essay", now - 2 * DAY)
    for key in ("quiz", "essay"):
        score(section, "Gone", key, now - 40 * DAY)
    instructor.email = "ines@lakeside.example"
    instructor.save()
    whom, wording = learners_of(section)["Cleo"].pk, Wording("The essay", "It is due.")
    console_service().stage(context_of(instructor, section), Draft(Kind.MESSAGE, "chosen", (whom,), wording=wording))
    return section


def score(section: Section, name: str, key: str, at: datetime, points: float | None = None) -> None:
    """Handed in; with points, graded the week before, so the work was handed in once more since."""
    builders.stored(
        AssessmentScore, section.institution_id, section=section, learner=learners_of(section)[name],
        page=pages_of(section)[key], score=points, out_of=None if points is None else 100, submitted_at=at,
        graded_at=None if points is None else at - 7 * DAY, latest_at=at, latest_event_id=uuid4(),
    )  # fmt: skip


# ---- plain SQL ------------------------------------------------------------------------------------------------


COUNTED = {
    "class_size": """
        SELECT COUNT(*) FROM courses_enrollment e
        WHERE e.institution_id = %(tenant)s AND e.section_id = %(section)s
          AND e.role = 'learner' AND e.status = 'enrolled'""",
    "average_progress_pct": """
        SELECT 100.0 * SUM(p.progress) / (
            (SELECT COUNT(*) FROM courses_page WHERE institution_id = %(tenant)s AND section_id = %(section)s)
            * (SELECT COUNT(*) FROM courses_enrollment WHERE institution_id = %(tenant)s AND section_id = %(section)s
               AND status = 'enrolled'))
        FROM courses_pageprogress p WHERE p.institution_id = %(tenant)s AND p.section_id = %(section)s""",
    "average_assessment_pct": """
        SELECT AVG(mean) FROM (
            SELECT AVG(100.0 * s.score / s.out_of) AS mean FROM courses_assessmentscore s
            WHERE s.institution_id = %(tenant)s AND s.section_id = %(section)s AND s.score IS NOT NULL
            GROUP BY s.page_id) means""",
    "open_issues": """
        SELECT COUNT(*) FROM hygiene_tray_trayissue i
        WHERE i.institution_id = %(tenant)s AND i.section_id = %(section)s
          AND i.status IN ('open', 'in_progress', 'error')""",
    "hygiene_score": """
        SELECT score FROM hygiene_tray_hygienescore
        WHERE institution_id = %(tenant)s AND section_id = %(section)s ORDER BY day DESC LIMIT 1""",
    "staged": """
        SELECT COUNT(*) FROM decision_console_decision d
        WHERE d.institution_id = %(tenant)s AND d.section_id = %(section)s AND d.state = 'staged'""",
    "quiz_waiting": "",
    "essay_waiting": "",
    "essay_missing": """
        SELECT (SELECT COUNT(*) FROM courses_enrollment WHERE institution_id = %(tenant)s AND section_id = %(section)s
                AND status = 'enrolled')
             - (SELECT COUNT(*) FROM courses_assessmentscore s
                JOIN courses_page p ON p.id = s.page_id AND p.institution_id = s.institution_id
                JOIN courses_enrollment e ON e.learner_id = s.learner_id AND e.institution_id = s.institution_id
                 AND e.section_id = s.section_id
                WHERE s.institution_id = %(tenant)s AND s.section_id = %(section)s AND e.status = 'enrolled'
                  AND p.key = 'essay')""",
}
WAITING = """
    SELECT COUNT(*) FROM courses_assessmentscore s
    JOIN courses_page p ON p.id = s.page_id AND p.institution_id = s.institution_id
    JOIN courses_enrollment e ON e.learner_id = s.learner_id AND e.institution_id = s.institution_id
     AND e.section_id = s.section_id
    WHERE s.institution_id = %(tenant)s AND s.section_id = %(section)s AND e.status = 'enrolled'
      AND s.score IS NULL AND s.graded_at IS NULL AND p.key = %(key)s"""


def counted(section: Section) -> Numbers:
    found = {}
    with connection.cursor() as cursor:
        for name, statement in COUNTED.items():
            about: dict[str, int | str] = {
                "tenant": section.institution_id,
                "section": section.pk,
                "key": name.partition("_")[0],
            }
            cursor.execute(statement or WAITING, about)
            found[name] = round(float(cursor.fetchone()[0]), 1)
    return found


def test_all_of_them_say_what_plain_sql_counts(taught: Section, instructor: User) -> None:
    tray = on_tray(instructor)
    dashboard, files = on_dashboard(instructor)
    snapshot = cast("Mapping[str, object]", commanded("snapshot", format="json")["facts"])
    scanned = commanded("scan_hygiene", json=True)["lakeside/algebra"]
    told: dict[str, Numbers] = {
        "tray": tray,
        "dashboard": dashboard,
        "files": summary(files.every_fact()),
        "console page": on_console(instructor),
        "console": in_console(instructor, taught),
        "digest page": in_digest(get(instructor, "/digest/")),
        "digest mail": in_digest(mailed()),
        "snapshot": summary(snapshot),
        "scan_hygiene": {
            "open_issues": cast("Mapping[str, float]", scanned)["open"],
            "hygiene_score": cast("Mapping[str, float]", scanned)["score"],
        },
    }

    expected = counted(taught)
    assert told == {who: {name: expected[name] for name in said} for who, said in told.items()}
    assert {name for said in told.values() for name in said} == expected.keys()


def test_the_numbers_are_those_that_one_counts_by_hand(taught: Section, instructor: User) -> None:
    get(instructor, f"{SECTION}tray/")

    # Six pages by Ada and Cleo, three by Ben, of eight each of four learners; a mean of 60 and one of 80.
    assert counted(taught) == {
        "class_size": 4, "average_progress_pct": 46.9, "average_assessment_pct": 70, "open_issues": 2,
        "hygiene_score": counted(taught)["hygiene_score"], "staged": 1, "quiz_waiting": 1, "essay_waiting": 1,
        "essay_missing": 2,
    }  # fmt: skip
