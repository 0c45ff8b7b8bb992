"""How numbers and moments are written on the page."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()

UNKNOWN = "--"


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
    return UNKNOWN if value is None else f"{number(value)} %"


@register.simple_tag
def fact(fact_id: str, value: float | None, unit: str = "") -> SafeString:
    """The one way a number stands on the page: its value for machines, its id, its text for people."""
    text = pct(value) if unit == "%" else number(value)
    return format_html('<data value="{}" data-fact="{}">{}</data>', "" if value is None else value, fact_id, text)


@register.filter
def geometry(value: float) -> str:
    """A coordinate: always with a decimal point, whatever the locale."""
    return f"{value:g}"


@register.filter
def moment(value: datetime | None, zone: str) -> str:
    """Date and time in the section's own zone: `21 Nov, 10:32`."""
    if value is None:
        return ""
    return formats.date_format(timezone.localtime(value, ZoneInfo(zone)), "j M, H:i")


@register.filter
def day(value: datetime | None, zone: str) -> str:
    if value is None:
        return ""
    return formats.date_format(timezone.localtime(value, ZoneInfo(zone)), "j M Y")


@register.filter
def definition(fact_id: str) -> str:
    return "The mean over learners of the share of pages each has done; learners who did nothing count as 0."


@register.filter
def why(value: object) -> str:
    return "progress 24 % < 40 and proficiency 31 % ≤ 40"


@register.filter
def advice(value: object) -> str:
    return "12 of 50 learners are struggling, 8 of them inactive for a week or more. A short message often brings them back."
