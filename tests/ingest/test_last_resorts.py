from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command

from coordinator.writes.ports import DeadLetter
from courses.models import Institution, Section
from ingest import last_resorts
from ingest.last_resorts import DatabaseLetters, Spool, SpoolFull
from ingest.models import DeadLetter as KeptLetter
from ingest.placing import Placed
from ingest.streams.codec import PlacedCodec
from ingest.structure import write_section
from oracles.contract import TenantId
from tests.ingest.records import SECTION, event

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proves("D-01")]


@pytest.fixture
def section(institution: Institution) -> Section:
    tenant = TenantId(institution.pk)
    return Section.objects.for_tenant(tenant).get(pk=write_section(tenant, SECTION).section_id)


def letters(section: Section, *numbers: int) -> list[DeadLetter[Placed]]:
    tenant = TenantId(section.institution_id)
    return [
        DeadLetter(Placed(tenant, section.pk, section.slug, event(number)), str(tenant), "exhausted", "gave up")
        for number in numbers
    ]


def kept(section: Section) -> list[str]:
    rows = KeptLetter.objects.for_tenant(TenantId(section.institution_id)).filter(reason="exhausted")
    return sorted(rows.values_list("record_key", flat=True))


def test_what_the_coordinator_gives_up_is_a_dead_letter_of_its_section(section: Section) -> None:
    DatabaseLetters().keep(letters(section, 1, 2))

    assert kept(section) == [str(UUID(int=1)), str(UUID(int=2))]


def test_what_was_spooled_is_in_the_database_after_unloading_and_the_file_is_empty(
    section: Section, tmp_path: Path
) -> None:
    spool = Spool(tmp_path / "spool" / "letters")
    spool.keep(letters(section, 1))
    spool.keep(letters(section, 2))

    assert (spool.unload(), spool.unload()) == (2, 0)

    assert kept(section) == [str(UUID(int=1)), str(UUID(int=2))]


def test_only_its_owner_reads_the_spool(section: Section, tmp_path: Path) -> None:
    spool = Spool(tmp_path / "letters")

    spool.keep(letters(section, 1))

    assert spool.path.stat().st_mode & 0o077 == 0


@pytest.mark.proves("D-03")
def test_a_full_spool_takes_all_of_a_call_or_nothing(
    section: Section, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(tmp_path / "letters")
    spool.keep(letters(section, 1))
    before = spool.path.read_bytes()
    monkeypatch.setattr(last_resorts, "MOST_BYTES", len(before) + 10)

    with pytest.raises(SpoolFull):
        spool.keep(letters(section, 2))

    assert spool.path.read_bytes() == before


def test_a_replay_brings_back_what_was_spooled(section: Section, tmp_path: Path, settings: object) -> None:
    settings.VAR = tmp_path  # type: ignore[attr-defined]
    last_resorts.spool().keep(letters(section, 1))

    try:
        call_command("replay_dead_letters", json=True)
    except CommandError:
        pytest.fail("the record is a good one")

    assert KeptLetter.objects.for_tenant(TenantId(section.institution_id)).get().status == KeptLetter.Status.REPLAYED


def test_an_event_is_the_same_after_the_journey_through_a_queue(section: Section) -> None:
    (letter,) = letters(section, 1)
    event_with_all = replace(letter.record, record=replace(letter.record.record, result={"a": 1, "b": None, "c": "é"}))

    assert PlacedCodec().decode(PlacedCodec().encode(event_with_all)) == event_with_all


@pytest.mark.parametrize("payload", [b"", b"nonsense", b"\x92\x02\xc0", b"\x90"])
def test_other_bytes_are_no_event(payload: bytes) -> None:
    with pytest.raises(ValueError, match=r"no event|expected form"):
        PlacedCodec().decode(payload)
