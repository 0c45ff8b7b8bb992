"""`import_datashop`: what is stored afterwards, counted by hand from the cells of the file."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.models import Sum

from courses.models import (
    Activity,
    Container,
    Enrollment,
    LearnerActivity,
    LearningEvent,
    Objective,
    ObjectiveEvidence,
    Page,
    PageProgress,
    Section,
)
from ingest.adapters.datashop.adapter import prepare
from ingest.importing import refuse
from oracles.contract import TenantId
from tests.ingest.datashop import counted
from tests.ingest.datashop.counted import Counted
from tests.ingest.datashop.exports import Export, spots, student_steps, transactions, write


def run(path: Path, section: str = "algebra", **options: object) -> dict[str, int]:
    """What became of the events."""
    out = StringIO()
    call_command(
        "import_datashop", str(path), institution="lakeside", section=section, json=True, stdout=out, **options
    )
    events: dict[str, int] = json.loads(out.getvalue())["sections"][0]["events"]
    return events


def assert_stored_as(mine: TenantId, told: Counted) -> None:
    progress = PageProgress.objects.for_tenant(mine).filter(first_attempts__gt=0)
    stored = progress.values_list("learner__external_id", "page__title", "progress", "first_attempts", "first_correct")
    assert {(learner, page): tuple(rest) for learner, page, *rest in stored} == told.progress()
    evidence = ObjectiveEvidence.objects.for_tenant(mine).values_list("learner__external_id", "objective__title")
    sums = evidence.annotate(Sum("first_attempts"), Sum("first_correct"))
    assert {(learner, skill): tuple(rest) for learner, skill, *rest in sums} == told.evidence()
    last = LearnerActivity.objects.for_tenant(mine).values_list("learner__external_id", "last_event_at")
    assert dict(last) == told.last
    activities = Activity.objects.for_tenant(mine).values_list("page__title", "title")
    assert set(activities) == {
        (page, f"{problem}: {step}") for page, steps in told.activities.items() for problem, step in steps
    }


@pytest.mark.parametrize("seed", [1, 2])
def test_a_transaction_export_gives_what_a_count_by_hand_gives(mine: TenantId, tmp_path: Path, seed: int) -> None:
    header, *rows = transactions(Export(seed=seed))
    told = counted.transactions(header, rows)

    outcomes = run(write(iter([header, *rows]), tmp_path / "transactions.txt"))

    assert_stored_as(mine, told)
    distinct = len({row[header.index("Transaction Id")] for row in rows})
    assert (outcomes["written"], outcomes["deduplicated"]) == (distinct, len(rows) - distinct)
    assert LearningEvent.objects.for_tenant(mine).count() == distinct
    assert Enrollment.objects.for_tenant(mine).count() == 15
    assert Page.objects.for_tenant(mine).filter(graded=False).count() == Page.objects.for_tenant(mine).count() == 34


def test_a_student_step_export_gives_what_a_count_by_hand_gives(mine: TenantId, tmp_path: Path) -> None:
    header, *rows = student_steps(Export(slash_dates=True))
    told = counted.student_steps(header, rows)

    outcomes = run(write(iter([header, *rows]), tmp_path / "steps.txt"))

    assert_stored_as(mine, told)
    assert outcomes["written"] == len(rows)


def test_several_views_of_a_step_are_one_first_attempt_the_earliest(mine: TenantId, tmp_path: Path) -> None:
    header, *rows = student_steps(Export(slash_dates=True))

    backwards = rows[::-1]

    run(write(iter([header, *backwards]), tmp_path / "steps.txt"))

    assert_stored_as(mine, counted.student_steps(header, backwards))


def test_the_tree_is_that_of_the_levels_with_umlauts_and_shifted_rows(mine: TenantId, tmp_path: Path) -> None:
    run(write(transactions(Export()), tmp_path / "transactions.txt"))

    expected = {tuple(filter(None, (*spot.levels, spot.page))) for spot in spots(Export())}
    stored = set()
    for page in Page.objects.for_tenant(mine).select_related("container__parent"):
        above = page.container
        assert above is not None
        parents = [above.parent.title] if above.parent else []
        stored.add((*parents, above.title, page.title))
    assert stored == expected
    key = Container.objects.for_tenant(mine).get(title="Einführung 3").key
    assert key == "unit-1-einfuhrung-3"


def test_the_section_lasts_from_the_day_of_the_first_event_to_that_of_the_last(mine: TenantId, tmp_path: Path) -> None:
    run(write(transactions(Export(rows=50, seed=2)), tmp_path / "transactions.txt"), title="Algebra one")

    section = Section.objects.for_tenant(mine).get()
    assert (section.slug, section.title, section.course.key) == ("algebra", "Algebra one", "algebra")
    # 05:34 in New York is 10:34 in UTC of the same day; fifty rows take less than two hours.
    assert section.starts_at == datetime(2024, 2, 16, tzinfo=UTC)
    assert section.ends_at == datetime(2024, 2, 17, tzinfo=UTC)


def test_another_model_of_skills_can_be_chosen(mine: TenantId, tmp_path: Path) -> None:
    run(write(transactions(Export(rows=50)), tmp_path / "transactions.txt"), kc_model="Single-KC")

    assert not Objective.objects.for_tenant(mine).exists()


def test_packed_or_not_and_in_any_encoding_it_is_the_same_course(mine: TenantId, tmp_path: Path) -> None:
    plain = write(transactions(Export(rows=300)), tmp_path / "latin.txt")
    packed = tmp_path / "packed.txt.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes().decode("latin-1").encode("utf-16")))
    run(plain)

    outcomes = run(packed)

    assert outcomes["written"] == 0


def test_a_longer_export_of_the_same_course_adds_what_is_new(mine: TenantId, tmp_path: Path) -> None:
    header, *rows = transactions(Export(rows=600))
    run(write(iter([header, *rows[:200]]), tmp_path / "early.txt"))

    run(write(iter([header, *rows]), tmp_path / "late.txt"))

    assert_stored_as(mine, counted.transactions(header, rows))


@pytest.mark.long
@pytest.mark.django_db(transaction=True)  # one transaction around it all would not fit SQLite's cache
def test_three_hundred_thousand_rows_are_stored_as_counted(mine: TenantId, tmp_path: Path) -> None:
    header, *rows = transactions(Export(rows=300_000, learners=300, pages=200, seed=2))

    run(write(iter([header, *rows]), tmp_path / "large.txt"))

    assert_stored_as(mine, counted.transactions(header, rows))


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    """The outline of both files is the same; one has ten times the rows."""
    small = peak(write(transactions(Export(rows=3_000, seed=2)), tmp_path / "small.txt"))
    large = peak(write(transactions(Export(rows=30_000, seed=2)), tmp_path / "large.txt"))

    assert large < small + 2_000_000


def peak(path: Path) -> int:
    """Bytes that reading the whole file twice takes at most, as an import does."""
    tracemalloc.start()
    for _ in prepare(path, "algebra", "Algebra", None, refuse).events():
        pass
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most
