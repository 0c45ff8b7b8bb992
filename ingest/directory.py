"""What sections have of the keys that events told by other systems name, inside one institution.

Pages and activities of a section change seldom: they are kept, and read again when the section's stamp says that its
structure has moved. Who is on the roster is asked for anew, and only those who were named.
"""

from __future__ import annotations

import json
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.db import connection

from courses.models import Activity, ActivityObjective, Enrollment, Page
from ingest.told import ByKey, ByMailbox, Told, mailbox_fingerprint
from ingest.validation import UNSTORABLE
from oracles.contract import TenantId

MOST_STRUCTURES = 256
"""Sections whose pages and activities are kept in memory."""
TEXTS = {
    "postgresql": "SELECT jsonb_array_elements_text(%s::jsonb)",
    "sqlite": "SELECT value FROM json_each(%s)",
}
"""As one value: a list of placeholders is planned anew for each length."""


@dataclass(frozen=True, slots=True)
class KnownActivity:
    page: str
    objectives: frozenset[str]


@dataclass(frozen=True, slots=True)
class KnownStructure:
    """Pages and activities of a section, by key."""

    pages: frozenset[str]
    activities: Mapping[str, KnownActivity]


@dataclass(frozen=True, slots=True)
class KnownSection:
    """The section, and who of those that were asked for is on its roster."""

    tenant_id: TenantId
    section_id: int
    slug: str
    structure: KnownStructure
    learners: frozenset[str]
    by_mailbox: Mapping[str, str | None]
    """Fingerprint → external id; `None` when several learners have the address."""


class Directory:
    """Used by many threads at once."""

    def __init__(self, most_structures: int = MOST_STRUCTURES) -> None:
        self._most_structures = most_structures
        self._lock = Lock()
        self._structures: OrderedDict[tuple[TenantId, int], tuple[int, KnownStructure]] = OrderedDict()
        """With the stamp of the structure that each was read at."""

    def sections(self, tenant_id: TenantId, told: Sequence[Told]) -> dict[str, KnownSection]:
        """Those that events were told of and that are there, by slug."""
        by_slug: dict[str, list[Told]] = defaultdict(list)
        for one in told:
            by_slug[one.section].append(one)
        found = {}
        for section_id, slug, stamp in _stamped(tenant_id, by_slug):
            names = [one.learner for one in by_slug[slug]]
            found[slug] = KnownSection(
                tenant_id,
                section_id,
                slug,
                self._structure(tenant_id, section_id, stamp),
                _learners(tenant_id, section_id, {name.key for name in names if isinstance(name, ByKey)}),
                _by_mailbox(tenant_id, section_id, {name.sha1 for name in names if isinstance(name, ByMailbox)}),
            )
        return found

    def _structure(self, tenant_id: TenantId, section_id: int, stamp: int) -> KnownStructure:
        """As of the stamp or later: one that is newer than its stamp is read once more, never used for too long."""
        place = (tenant_id, section_id)
        with self._lock:
            kept = self._structures.get(place)
            if kept is not None and kept[0] == stamp:
                self._structures.move_to_end(place)
                return kept[1]
        structure = read_structure(tenant_id, section_id)
        with self._lock:
            self._structures[place] = (stamp, structure)
            self._structures.move_to_end(place)
            if len(self._structures) > self._most_structures:
                self._structures.popitem(last=False)
        return structure


def read_structure(tenant_id: TenantId, section_id: int) -> KnownStructure:
    """The section's pages and activities as they are stored now: three queries."""
    pages = Page.objects.for_tenant(tenant_id).filter(section=section_id)
    activities = Activity.objects.for_tenant(tenant_id).filter(section=section_id)
    objectives = _objectives(tenant_id, section_id)
    return KnownStructure(
        frozenset(pages.values_list("key", flat=True)),
        {
            key: KnownActivity(page, frozenset(objectives.get(key, ())))
            for key, page in activities.values_list("key", "page__key")
        },
    )


def _objectives(tenant_id: TenantId, section_id: int) -> dict[str, set[str]]:
    """Keys of objectives by key of activity."""
    links = ActivityObjective.objects.for_tenant(tenant_id).filter(
        activity__section=section_id, activity__institution=tenant_id
    )
    found: dict[str, set[str]] = defaultdict(set)
    for activity, objective in links.values_list("activity__key", "objective__key"):
        found[activity].add(objective)
    return found


def _stamped(tenant_id: TenantId, slugs: Iterable[str]) -> list[tuple[int, str, int]]:
    """Id, slug and stamp of the structure of each section that is there."""
    return _asked(
        """
        SELECT s.id, s.slug, t.structure
        FROM courses_section s
        JOIN courses_sectionstamp t ON t.institution_id = s.institution_id AND t.section_id = s.id
        WHERE s.institution_id = %s AND s.slug IN ({texts})
        """,
        [int(tenant_id)],
        slugs,
    )


def _learners(tenant_id: TenantId, section_id: int, keys: Iterable[str]) -> frozenset[str]:
    """Which of these are on the roster."""
    rows = _asked(
        """
        SELECT l.external_id
        FROM courses_learner l
        JOIN courses_enrollment e ON e.institution_id = l.institution_id AND e.learner_id = l.id
        WHERE l.institution_id = %s AND e.section_id = %s AND l.external_id IN ({texts})
        """,
        [int(tenant_id), section_id],
        keys,
    )
    return frozenset(key for (key,) in rows)


def _by_mailbox(tenant_id: TenantId, section_id: int, wanted: set[str]) -> dict[str, str | None]:
    """Addresses count as they are on the roster, or in lower case."""
    if not wanted:
        return {}
    enrolled = Enrollment.objects.for_tenant(tenant_id).filter(section=section_id)
    found: dict[str, str | None] = {}
    for key, address in enrolled.values_list("learner__external_id", "learner__email"):
        for fingerprint in {mailbox_fingerprint(address), mailbox_fingerprint(address.lower())} & wanted:
            found[fingerprint] = None if found.get(fingerprint, key) != key else key
    return found


def _asked(sql: str, leading: Sequence[int | str], texts: Iterable[str]) -> list[tuple[Any, ...]]:
    """Rows of a query whose last value is all of `texts`, at `{texts}`; what no database stores finds nothing."""
    several = [text for text in texts if not UNSTORABLE.search(text)]
    if not several:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql.format(texts=TEXTS[connection.vendor]), [*leading, json.dumps(several)])
        return list(cursor.fetchall())
