"""A look at the data meets what is remembered: new faults come in, vanished ones close, returned ones open again.

Whoever looks locks the section's scan row; of two looks at once the newer one counts, whichever comes last.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from experiences.calculators.data_quality import SEVERITY_POINTS, Quality, Severity
from experiences.hygiene_tray.issues import UNAVAILABLE, Look, Weighed
from experiences.hygiene_tray.memory.changing import CHUNK, UPDATED, Author, Ledger
from experiences.hygiene_tray.memory.rows import NUMBER_FIELDS, numbers_of, put_numbers, state_of
from experiences.hygiene_tray.models import HygieneScore, TrayChange, TrayIssue, TrayScan
from experiences.hygiene_tray.states import SEEN, seen
from oracles.contract import TenantId

DETECTOR = "detector"
REFRESHED = ("is_detected", "last_seen_at", *(name for name in NUMBER_FIELDS if name != "page_id"), "page")


@dataclass(frozen=True, slots=True)
class Place:
    """Whose section, and by which calendar its days are counted."""

    tenant_id: TenantId
    section_id: int
    time_zone: str


def remember(place: Place, look: Look, batch: UUID) -> bool:
    """The tray knows what was found; `False` if a newer look was there already, and nothing was changed."""
    with transaction.atomic():
        scan = _locked_scan(place)
        if scan.at is not None and scan.at >= look.at:
            return False
        author = Author(DETECTOR, TrayChange.DecidedBy.MACHINE, SEEN, batch, look.at)
        _meet(place, look, Ledger(author))
        scan.at, scan.as_of, scan.signature = look.at, look.as_of, look.signature
        scan.unmeasured = {name.value: reason for name, reason in look.unmeasured.items()}
        scan.save(update_fields=["at", "as_of", "signature", "unmeasured"])
        if not _blind(look):
            _keep_score(place, look.quality, look.at)
    return True


def digest(said: str) -> str:
    """A short name for how far things have come."""
    return hashlib.blake2b(said.encode(), digest_size=16).hexdigest()


def _locked_scan(place: Place) -> TrayScan:
    scans = TrayScan.objects.for_tenant(place.tenant_id)
    scans.get_or_create(section_id=place.section_id, institution_id=place.tenant_id)
    return scans.select_for_update().get(section=place.section_id)


def _meet(place: Place, look: Look, ledger: Ledger) -> None:
    table = TrayIssue.objects.for_tenant(place.tenant_id)
    stored = {row.fingerprint: row for row in table.filter(section=place.section_id).select_for_update().order_by("pk")}
    found = {weighed.finding.fingerprint: weighed for weighed in look.findings}
    fresh = [_new_row(place, weighed, look.at) for key, weighed in found.items() if key not in stored]
    for row in table.bulk_create(fresh, batch_size=CHUNK):
        ledger.note(row, {})
    refreshed = [row for row in stored.values() if _look_again(row, found.get(row.fingerprint), look, ledger)]
    table.bulk_update(refreshed, REFRESHED, batch_size=CHUNK)
    ledger.store(place.tenant_id, UPDATED)


def _new_row(place: Place, weighed: Weighed, now: datetime) -> TrayIssue:
    finding = weighed.finding
    return TrayIssue(
        institution_id=place.tenant_id,
        section_id=place.section_id,
        fingerprint=finding.fingerprint,
        detector=finding.detector.value,
        fault=finding.fault,
        subject=finding.subject,
        first_seen_at=now,
        last_seen_at=now,
        **numbers_of(weighed),
    )


def _look_again(row: TrayIssue, weighed: Weighed | None, look: Look, ledger: Ledger) -> bool:
    """The row after this look; whether anything but its state has to be stored."""
    if weighed is None and row.detector in _blind(look):
        return False
    before, was_found, is_found = state_of(row), row.is_detected, weighed is not None
    is_worse = weighed is not None and _is_worse(row.severity, weighed.finding.severity)
    after = seen(before, is_found=is_found, was_found=was_found, now=look.at)
    after = replace(after, reviewed=False) if is_worse else after
    if after != before:
        ledger.move(row, after)
    if weighed is not None:
        put_numbers(row, weighed)
        row.last_seen_at = look.at
    row.is_detected = is_found
    return is_found or was_found


def _blind(look: Look) -> frozenset[str]:
    """Detectors that could not look: what they found before stays as it is."""
    return frozenset(name.value for name, reason in look.unmeasured.items() if reason == UNAVAILABLE)


def _is_worse(before: str, after: Severity) -> bool:
    return SEVERITY_POINTS[after] > SEVERITY_POINTS[Severity(before)]


def _keep_score(place: Place, quality: Quality, now: datetime) -> None:
    """One score a day: the last one that was worked out from everything."""
    HygieneScore.objects.for_tenant(place.tenant_id).update_or_create(
        institution_id=place.tenant_id,
        section_id=place.section_id,
        day=now.astimezone(ZoneInfo(place.time_zone)).date(),
        defaults={
            "at": now,
            "score": quality.score,
            "confidence": quality.confidence.value,
            "checks": quality.checks,
            "dimensions": {name.value: share for name, share in quality.dimensions.items()},
        },
    )
