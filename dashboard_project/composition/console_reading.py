"""The console as the digest reads it: what falls due and who owes it, with the console's own numbers."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

from django.utils.translation import gettext, ngettext

from experiences.contract import SectionContext
from experiences.decision_console.service import DecisionConsoleService, Item
from experiences.digest.contract import ConsoleReading, Point, SourceUnavailable


def read_console(service: DecisionConsoleService, context: SectionContext, path: str) -> ConsoleReading:
    """Items that somebody has not handed in, or that wait for a grade, most urgent first.

    Raises:
        SourceUnavailable: the console itself does not know what falls due.
    """
    console = service.get_console(context)
    if console.items.value is None:
        raise SourceUnavailable("console")
    points = tuple(_points(console.items.value, path))
    return ConsoleReading(ready=len(points), staged=len(console.queue), points=points, path=path)


def _points(items: tuple[Item, ...], path: str) -> Iterator[Point]:
    for item in items:
        if item.work is not None and (item.work.missing or item.work.ungraded):
            key, attention = f"console:{item.obligation.page_id}", item.attention
            where = f"{path}#item-{quote(item.obligation.key)}"
            yield Point(key, _told(item), attention.level, attention.score, where)


def _told(item: Item) -> str:
    """Who owes what, in one line: `Quiz 1: 3 learners have not handed it in; 2 submissions wait for a grade`."""
    work = item.work
    missing, ungraded = (len(work.missing), len(work.ungraded)) if work else (0, 0)
    owed = ngettext("%(count)d learner has not handed it in", "%(count)d learners have not handed it in", missing) % {
        "count": missing
    }
    waiting = ngettext("%(count)d submission waits for a grade", "%(count)d submissions wait for a grade", ungraded) % {
        "count": ungraded
    }
    parts = [*([owed] if missing else []), *([waiting] if ungraded else [])]
    return gettext("%(item)s: %(owed)s") % {"item": item.obligation.title, "owed": "; ".join(parts)}
