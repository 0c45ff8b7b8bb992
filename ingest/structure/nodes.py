"""Outline, objectives and activities of a section, in the order that foreign keys ask for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import batched, groupby

from courses.models import Activity, ActivityObjective, Container, LearningEvent, Objective, Page
from courses.tenancy import TenantOwned, TenantQuerySet
from ingest.structure.changes import CHUNK, Changes, bring, delete_rows
from ingest.structure.outline import ContainerNode, ObjectiveNode, Outline, PageNode
from ingest.structure.report import Counts, Work


def write_nodes(work: Work, numbered: Outline) -> None:
    """Containers, pages, activities, objectives and their links are stored as numbered; the rest is put away."""
    containers = _write_containers(work, numbered.containers)
    pages = _write_pages(work, numbered, containers.rows)
    work.count("container", _counts(containers, delete_rows(_table(Container, work), containers.gone.values())))
    objectives = _write_objectives(work, numbered.objectives)
    activities = _write_activities(work, numbered.pages, pages.rows)
    _write_links(work, numbered.pages, activities, objectives.rows)
    # Last, so that what they held has already moved elsewhere and no cascade takes it along.
    evidence_on = _table(ActivityObjective, work).filter(objective__in=[row.pk for row in objectives.gone.values()])
    work.stale_pages |= set(evidence_on.values_list("activity__page_id", flat=True))
    work.count("objective", _counts(objectives, delete_rows(_table(Objective, work), objectives.gone.values())))


def _write_containers(work: Work, nodes: Sequence[ContainerNode]) -> Changes[Container]:
    stored = {row.key: row for row in _table(Container, work).filter(section=work.section_id)}
    total: Changes[Container] = Changes(gone=dict(stored))
    for _, level in groupby(sorted(nodes, key=lambda node: node.depth), key=lambda node: node.depth):
        wanted = {node.record.key: _container_values(node, total.rows) for node in level}
        _add(total, bring(_table(Container, work), stored, wanted, _owner(work)))
    return total


def _container_values(node: ContainerNode, parents: Mapping[str, Container]) -> dict[str, object]:
    record = node.record
    return {
        "key": record.key,
        "parent_id": parents[node.parent].pk if node.parent else None,
        "title": record.title,
        "kind": record.kind,
        "position": node.position,
        "last_position": node.last_position,
        "depth": node.depth,
        "starts_at": record.starts_at,
        "ends_at": record.ends_at,
        "hidden": record.hidden,
    }


def _write_pages(work: Work, numbered: Outline, containers: Mapping[str, Container]) -> Changes[Page]:
    table = _table(Page, work)
    stored = {row.key: row for row in table.filter(section=work.section_id)}
    wanted = {node.record.key: _page_values(node, containers) for node in numbered.pages}
    changes = bring(table, stored, wanted, _owner(work))
    # Whether a page is graded decides what its progress and its scores are.
    work.stale_pages |= {changes.rows[key].pk for key, names in changes.changed.items() if "graded" in names}
    used = _with_events(work, "page_id", {page.pk for page in changes.gone.values()})
    kept = sorted((page for page in changes.gone.values() if page.pk in used), key=lambda page: page.position)
    hidden_now = sum(not page.hidden for page in kept)
    bring(
        table,
        {page.key: page for page in kept},
        {
            page.key: {"container_id": None, "hidden": True, "position": numbered.end + place}
            for place, page in enumerate(kept)
        },
        _owner(work),
    )
    deleted = delete_rows(table, [page for page in changes.gone.values() if page.pk not in used])
    work.count("page", _counts(changes, deleted + hidden_now))
    return changes


def _page_values(node: PageNode, containers: Mapping[str, Container]) -> dict[str, object]:
    record = node.record
    return {
        "key": record.key,
        "container_id": containers[node.container].pk if node.container else None,
        "title": record.title,
        "position": node.position,
        "graded": record.graded,
        "weight": record.weight,
        "available_from": record.available_from,
        "due_at": record.due_at,
        "hidden": record.hidden,
        "attempts_allowed": record.attempts_allowed,
        "late_work": record.late_work,
        "scoring": record.scoring,
        "gradebook_title": record.gradebook_title,
    }


def _write_objectives(work: Work, nodes: Sequence[ObjectiveNode]) -> Changes[Objective]:
    stored = {row.key: row for row in _table(Objective, work).filter(section=work.section_id)}
    total: Changes[Objective] = Changes(gone=dict(stored))
    for _, level in groupby(sorted(nodes, key=lambda node: node.depth), key=lambda node: node.depth):
        wanted = {node.record.key: _objective_values(node, total.rows) for node in level}
        _add(total, bring(_table(Objective, work), stored, wanted, _owner(work)))
    return total


def _objective_values(node: ObjectiveNode, parents: Mapping[str, Objective]) -> dict[str, object]:
    return {
        "key": node.record.key,
        "parent_id": parents[node.parent].pk if node.parent else None,
        "title": node.record.title,
        "position": node.position,
        "last_position": node.last_position,
        "depth": node.depth,
    }


def _write_activities(work: Work, nodes: Sequence[PageNode], pages: Mapping[str, Page]) -> dict[str, Activity]:
    table = _table(Activity, work)
    stored = {row.key: row for row in table.filter(section=work.section_id)}
    before = {row.pk: row.page_id for row in stored.values()}
    wanted: dict[str, dict[str, object]] = {
        activity.key: {"key": activity.key, "page_id": pages[node.record.key].pk, "title": activity.title}
        for node in nodes
        for activity in node.record.activities
    }
    changes = bring(table, stored, wanted, _owner(work))
    used = _with_events(work, "activity_id", {row.pk for row in changes.gone.values()})
    unused = [row for row in changes.gone.values() if row.pk not in used]
    work.stale_pages |= {row.page_id for row in unused}
    # An activity takes its events along to another page; both pages need their rollups anew.
    after = {row.pk: row.page_id for row in changes.rows.values()}
    work.stale_pages |= {
        page for pk, now in after.items() if before.get(pk) != now for page in (before.get(pk), now) if page is not None
    }
    work.count("activity", _counts(changes, delete_rows(table, unused)))
    return changes.rows


def _write_links(
    work: Work, nodes: Sequence[PageNode], activities: Mapping[str, Activity], objectives: Mapping[str, Objective]
) -> None:
    table = _table(ActivityObjective, work)
    wanted = {
        (activities[activity.key].pk, objectives[key].pk)
        for node in nodes
        for activity in node.record.activities
        for key in activity.objectives
    }
    page_of = {row.pk: row.page_id for row in activities.values()}
    section_links = table.filter(activity__section=work.section_id)
    stored = {(row.activity_id, row.objective_id): row for row in section_links if row.activity_id in page_of}
    fresh, gone = sorted(wanted - stored.keys()), sorted(stored.keys() - wanted)
    table.bulk_create(
        [
            ActivityObjective(institution_id=work.tenant_id, activity_id=activity, objective_id=objective)
            for activity, objective in fresh
        ],
        batch_size=CHUNK,
    )
    delete_rows(table, [stored[link] for link in gone])
    work.stale_pages |= {page_of[activity] for activity, _ in [*fresh, *gone]}
    work.count("link", Counts(len(fresh), 0, len(stored) - len(gone), len(gone)))


def _with_events(work: Work, field: str, ids: Iterable[int]) -> set[int]:
    """Those of these pages or activities that an event refers to."""
    used: set[int] = set()
    events = LearningEvent.objects.for_tenant(work.tenant_id).filter(section=work.section_id)
    for some in batched(sorted(ids), CHUNK, strict=False):
        used |= set(events.filter(**{f"{field}__in": some}).values_list(field, flat=True).distinct())
    return used


def _table[M: TenantOwned](model: type[M], work: Work) -> TenantQuerySet[M]:
    return model.objects.for_tenant(work.tenant_id)


def _owner(work: Work) -> dict[str, object]:
    return {"institution_id": work.tenant_id, "section_id": work.section_id}


def _add[M: TenantOwned](total: Changes[M], level: Changes[M]) -> None:
    total.rows.update(level.rows)
    total.created += level.created
    total.changed.update(level.changed)
    total.unchanged += level.unchanged
    for key in level.rows:
        total.gone.pop(key, None)


def _counts[M: TenantOwned](changes: Changes[M], removed: int) -> Counts:
    return Counts(changes.created, len(changes.changed), changes.unchanged, removed)
