"""How numbers and moments are written on the page."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django import template
from django.utils import formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from courses.access import operates_any
from snapshot.contract import Capability, Recommendation, Why
from snapshot.projections import definitions

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

register = template.Library()

UNKNOWN = "--"
NO_BREAK = "\u00a0"
FIGURE = re.compile(r"((?:[<>≤≥+−±] )?\d(?:[\d.,\u00a0\u202f]*\d)?(?: %)?)")
"""A number with the sign before it and the unit behind it, where they are."""


@register.filter
def number(value: float | None) -> str:
    """A number in the reader's locale, without a trailing `.0`; `--` for one that cannot be computed."""
    if value is None:
        return UNKNOWN
    if float(value).is_integer():
        return formats.number_format(int(value))
    return formats.number_format(value, decimal_pos=1)


@register.filter
def pct(value: float | None) -> str:
    """A percentage; its sign does not begin a line of its own."""
    return UNKNOWN if value is None else f"{number(value)}{NO_BREAK}%"


@register.filter
def together(text: str) -> SafeString:
    """A sentence of which no figure is parted from its unit or sign by the end of a line.

    Marked up, not written otherwise: files and commands say the same sentence, letter by letter.
    """
    parts = FIGURE.split(text)
    return format_html_join(
        "", "{}{}", ((parts[at], _kept(parts[at + 1]) if at + 1 < len(parts) else "") for at in range(0, len(parts), 2))
    )


def _kept(figure: str) -> SafeString | str:
    return format_html('<span class="together">{}</span>', figure) if " " in figure else figure


@register.simple_tag
def fact(fact_id: str, value: float | None, unit: str = "") -> SafeString:
    """The one way a number stands on the page: its value for machines, its id, its text for people."""
    text = pct(value) if unit == "%" else number(value)
    return format_html('<data value="{}" data-fact="{}">{}</data>', "" if value is None else value, fact_id, text)


@register.simple_tag
def amount(fact_id: str, by: float) -> SafeString:
    """By how much a fact changed: signed for machines; for people the sign is in the words beside it."""
    return format_html('<data value="{}" data-fact="change.{}">{}</data>', by, fact_id, number(abs(by)))


@register.filter
def geometry(value: float) -> str:
    """A coordinate: always with a decimal point, whatever the locale."""
    return f"{value:g}"


@register.filter
def moment(value: datetime | None, zone: str) -> str:
    """Date and time in the section's own zone: `21 Nov 2026, 10:32`."""
    if value is None:
        return ""
    return formats.date_format(timezone.localtime(value, ZoneInfo(zone)), gettext("j M Y, H:i"))


@register.filter
def clock(value: datetime, zone: str) -> str:
    """The time in the section's own zone: `10:32`; with its day when that is not today."""
    local, today = timezone.localtime(value, ZoneInfo(zone)), timezone.localtime(timezone=ZoneInfo(zone)).date()
    return formats.date_format(local, "H:i" if local.date() == today else gettext("j M Y, H:i"))


@register.filter
def second(value: datetime, zone: str) -> str:
    """To the second, with its day: `21 Nov 2026, 10:32:07`."""
    return formats.date_format(timezone.localtime(value, ZoneInfo(zone)), gettext("j M Y, H:i:s"))


@register.filter
def lasting(seconds: float) -> str:
    """A span in the unit that says it best: `35 ms`, `1.2 s`, `7 min`, `3 h`, `12 d`."""
    if seconds < 1:
        return f"{round(1000 * seconds)} ms"
    if seconds < 120:  # noqa: PLR2004 two minutes
        return f"{formats.number_format(round(seconds, 1))} s"
    minutes = seconds / 60
    spans = ((minutes, 120, "min"), (minutes / 60, 48, "h"))
    return next((f"{round(n)} {unit}" for n, most, unit in spans if n < most), f"{round(minutes / 1440)} d")


@register.filter
def day(value: datetime | None, zone: str) -> str:
    if value is None:
        return ""
    return formats.date_format(timezone.localtime(value, ZoneInfo(zone)), gettext("j M Y"))


@register.filter
def operates(user: AbstractBaseUser | AnonymousUser) -> bool:
    """Whether there is an operators' page for this person."""
    return operates_any(user)


@register.filter
def words(text: str) -> list[str]:
    """What stands between the spaces."""
    return text.split()


@register.filter
def definition(fact_id: str) -> str:
    """How a number is made, in the reader's language; empty when there is nothing to say."""
    text = definitions.of_fact(fact_id)
    return gettext(text) if text else ""


@register.filter
def how_made(capability: Capability) -> list[str]:
    """The definitions of all numbers of a tile."""
    told = (definitions.FACTS | definitions.BESIDES).items()
    return [gettext(text) for fact_id, text in told if fact_id.startswith(f"{capability.value}.")]


@register.filter
def why(reason: Why) -> SafeString:
    """Why a learner is in a bucket, with the numbers."""
    text = definitions.WHY.get(reason.code)
    return together(definitions.fill(gettext(text), _written(reason.numbers)) if text else reason.code)


@register.filter
def advice_rule(recommendation: Recommendation) -> str:
    """When the rule behind a recommendation speaks; empty when nobody has said."""
    text = definitions.RULES.get(recommendation.rule)
    return gettext(text) if text else ""


@register.filter
def advice(recommendation: Recommendation) -> SafeString:
    text = definitions.RECOMMENDATIONS.get(recommendation.rule)
    told = definitions.fill(gettext(text), _written(recommendation.numbers)) if text else recommendation.rule
    return together(told)


def _written(numbers: definitions.Numbers) -> definitions.Numbers:
    """Fractions as the reader's language writes them."""
    return {name: formats.number_format(f"{n:g}") if isinstance(n, float) else n for name, n in numbers.items()}
