"""Rows as events: what each says, and what makes it the same event the next time."""

from __future__ import annotations

from datetime import UTC, datetime

from ingest.adapters.datashop.columns import read_header
from ingest.adapters.datashop.events import events
from ingest.adapters.datashop.outline import Outline, keys
from ingest.adapters.datashop.rows import read_row
from ingest.records import EventRecord, Verb
from tests.ingest.datashop.exports import Export, student_steps, transactions

HEADER = [
    *("Row", "Transaction Id", "Anon Student Id", "Time", "Level (Unit)", "Level (Page)"),
    *("Problem Name", "Step Name", "Outcome", "Input"),
]
ROW = ["1", "", "Stu_1", "2024-02-16 05:34:51", "Unit 1", "Page 1", "q1", "part 1", "CORRECT", "4"]


def read(header: list[str], *rows: list[str], section: str = "algebra") -> list[EventRecord]:
    columns, outline = read_header(header), Outline()
    for row in rows:
        outline.add(read_row(columns, row))
    return list(events(columns, enumerate(rows, start=2), keys(outline), section))


def row(**changed: str) -> list[str]:
    cells = dict(zip(HEADER, ROW, strict=True)) | {name.replace("_", " "): value for name, value in changed.items()}
    return list(cells.values())


def test_a_row_with_an_outcome_is_an_answer() -> None:
    (event,) = read(HEADER, ROW)

    assert (event.learner, event.verb, event.page) == ("Stu_1", Verb.ANSWERED, "unit-1-page-1")
    assert event.activity is not None
    assert (event.success, event.attempts, event.correct) == (True, 1, 1)
    assert event.timestamp == datetime(2024, 2, 16, 5, 34, 51, tzinfo=UTC)
    assert (event.sequence, event.source, event.result) == (2, "datashop-transaction", {})


def test_a_row_without_an_outcome_is_a_visit() -> None:
    (event,) = read(HEADER, row(Outcome=""))

    assert (event.verb, event.success, event.attempts) == (Verb.EXPERIENCED, None, 0)


def test_an_outcome_that_nobody_knows_stays_readable_in_the_event() -> None:
    (event,) = read(HEADER, row(Outcome="Promoted"))

    assert (event.verb, event.result) == (Verb.EXPERIENCED, {"outcome": "Promoted"})


def test_the_transaction_id_is_the_identity_whatever_row_it_stands_in() -> None:
    first, second = read(HEADER, row(Transaction_Id="t1"), row(Transaction_Id="t1", Row="99"))

    assert first.event_id == second.event_id


def test_equal_rows_without_an_id_are_different_events() -> None:
    first, second = read(HEADER, ROW, ROW)

    assert first.event_id != second.event_id


def test_ids_do_not_depend_on_how_rows_are_numbered_or_sorted() -> None:
    other = row(Row="2", Step_Name="part 2")

    forwards = {event.event_id for event in read(HEADER, ROW, ROW, other)}
    backwards = {event.event_id for event in read(HEADER, row(Row="7", Step_Name="part 2"), ROW, row(Row="9"))}

    assert forwards == backwards


def test_the_same_row_in_another_section_is_another_event() -> None:
    assert read(HEADER, ROW)[0].event_id != read(HEADER, ROW, section="geometry")[0].event_id


def test_hints_of_a_student_step_are_kept() -> None:
    header, *rows = student_steps(Export(rows=40))

    found = read(header, *rows)

    assert len({event.event_id for event in found}) == len(found) == 40
    hints = [int(cells[header.index("Hints")]) for cells in rows]
    assert [event.result.get("hints", 0) for event in found] == hints
    assert all(event.success is not None for event in found)


def test_every_transaction_of_an_export_is_one_event_and_repeats_are_told_by_their_id() -> None:
    header, *rows = transactions(Export(rows=400))

    found = read(header, *rows)

    identities = {cells[header.index("Transaction Id")] for cells in rows}
    assert len(found) == 400
    assert len({event.event_id for event in found}) == len(identities) < 400
