"""The rollup tables after an import equal what pandas counts in the CSV files."""

from __future__ import annotations

import json
from io import StringIO
from zipfile import ZipFile

import pandas as pd
import pytest
from django.core.management import call_command

from courses.models import (
    AssessmentScore,
    Enrollment,
    Institution,
    LearnerActivity,
    LearningEvent,
    PageProgress,
    SectionStamp,
)
from oracles.contract import TenantId
from tests.data import data_file

# As the command runs: each batch its own transaction. In one long one SQLite's statement journals take minutes.
pytestmark = pytest.mark.django_db(transaction=True)


def read(name: str, module: str) -> pd.DataFrame:
    with ZipFile(data_file(f"oulad/oulad-{module}-2013J.zip")) as archive, archive.open(name) as member:
        return pd.read_csv(member, na_values="?")


@pytest.mark.parametrize("module", ["AAA", pytest.param("BBB", marks=pytest.mark.long)])
def test_real_data_gives_the_rows_that_pandas_counts_and_twice_the_same(institution: Institution, module: str) -> None:
    mine = TenantId(institution.pk)
    path = data_file(f"oulad/oulad-{module}-2013J.zip")
    clicks, marks = read("studentVle.csv", module), read("studentAssessment.csv", module)
    registrations = read("studentRegistration.csv", module)

    call_command("import_oulad", str(path), institution=institution.slug, stdout=StringIO())

    assert LearningEvent.objects.for_tenant(mine).count() == len(clicks) + len(marks)
    seen = {(str(s), f"site-{p}") for s, p in zip(clicks.id_student, clicks.id_site, strict=True)}
    seen |= {(str(s), f"assessment-{p}") for s, p in zip(marks.id_student, marks.id_assessment, strict=True)}
    progress = PageProgress.objects.for_tenant(mine)
    assert set(progress.filter(progress=1).values_list("learner__external_id", "page__key")) == seen
    assert progress.count() == len(seen)
    scores = {
        (str(row.id_student), f"assessment-{row.id_assessment}"): None if pd.isna(row.score) else float(row.score)
        for row in marks.itertuples()
    }
    stored = AssessmentScore.objects.for_tenant(mine).values_list("learner__external_id", "page__key", "score")
    assert {(learner, page): score for learner, page, score in stored} == scores
    withdrawn = Enrollment.objects.for_tenant(mine).filter(status="withdrawn").count()
    assert withdrawn == registrations.date_unregistration.notna().sum()
    days = pd.concat(
        [clicks[["id_student", "date"]], marks.rename(columns={"date_submitted": "date"})[["id_student", "date"]]]
    )
    last = days.groupby("id_student").date.max()
    noons = pd.Timestamp("2013-10-01 12:00") + pd.to_timedelta(last, unit="D")
    expected = {str(student): moment for student, moment in noons.dt.tz_localize("Europe/London").items()}
    activity = LearnerActivity.objects.for_tenant(mine).values_list("learner__external_id", "last_event_at")
    assert {student: pd.Timestamp(moment) for student, moment in activity} == expected
    assert_second_import_changes_nothing(mine, institution, str(path))
    call_command("rebuild_rollups", check=True, section=f"{module.lower()}-2013j", stdout=StringIO())


def assert_second_import_changes_nothing(mine: TenantId, institution: Institution, path: str) -> None:
    before = list(SectionStamp.objects.for_tenant(mine).values())
    out = StringIO()

    call_command("import_oulad", path, institution=institution.slug, json=True, stdout=out)

    assert json.loads(out.getvalue())["sections"][0]["events"]["written"] == 0
    assert list(SectionStamp.objects.for_tenant(mine).values()) == before
