"""What is the scope made of? Its titles, its direct children, its pages, and whether objectives apply to it."""

from __future__ import annotations

from courses.models import Section
from oracles.contract import OracleContext
from oracles.instructor import outline
from oracles.instructor.asking import NAMING, VISIBLE_PAGES, number
from oracles.instructor.outline import Branch, Leaf, Outline
from oracles.payloads import ChildItem, PageItem, ScopeResources

SEPARATOR = " › "

OBJECTIVES = f"""
    WITH visible_page AS ({VISIBLE_PAGES})
    SELECT COUNT(DISTINCT link.objective_id)
    FROM {NAMING}
"""


def load(context: OracleContext) -> ScopeResources:
    """Titles, visible children and visible pages of the scope, in curriculum order. Four statements.

    A container without visible pages is a child with `page_count` 0: it exists, and has nothing in it to finish.
    """
    course_title, section_title = _titles(context)
    outlined = outline.read(context)
    line = outlined.titles_down_to(context.scope.container_id)
    return ScopeResources(
        course_title=course_title,
        section_title=section_title,
        label=line[-1] if line else section_title,
        trail=line[:-1],
        children=tuple(_child(outlined, child) for child in outlined.children(context.scope.container_id)),
        pages=tuple(_page(outlined, leaf) for leaf in outlined.leaves),
        objective_count=number(context, OBJECTIVES),
    )


def _titles(context: OracleContext) -> tuple[str, str]:
    scope = context.scope
    sections = Section.objects.for_tenant(scope.tenant_id).using(context.database)
    return sections.values_list("course__title", "title").get(pk=scope.section_id)


def _child(outlined: Outline, child: Branch | Leaf) -> ChildItem:
    kind = child.kind if isinstance(child, Branch) else "page"
    return ChildItem(child.key, child.title, kind, outlined.page_count(child))


def _page(outlined: Outline, leaf: Leaf) -> PageItem:
    return PageItem(
        key=leaf.key,
        title=leaf.title,
        context=SEPARATOR.join(outlined.titles_down_to(leaf.parent)),
        position=leaf.position,
        graded=leaf.graded,
        weight=leaf.weight,
        available_from=leaf.available_from,
        due_at=leaf.due_at,
    )
