"""Asking for the files of the golden section, and who was written down as having got them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from typing import cast

from django.contrib.auth.models import User
from django.db import connection
from django.http import HttpResponse

from courses.models import AuditEntry, Section
from oracles.contract import TenantId
from tests.clients import client_of

DASHBOARD = "/s/lakeside/algebra/"
NAMES_NOBODY = "progress.csv"
NAMES_LEARNERS = "student_support.csv?dataset=student_support_list"


def get(user: User, address: str) -> HttpResponse:
    return cast("HttpResponse", client_of(user).get(address))


def page_of(user: User, query: str = "?complete=1") -> str:
    return get(user, f"{DASHBOARD}{query}").content.decode()


def export_link(html: str) -> str:
    (link,) = re.findall(r'<a id="export"[^>]* href="([^"]*)"', html)
    return unescape(link)


def link_of(html: str, name: str) -> str:
    (link,) = re.findall(rf'<a id="{name}" href="([^"]*)"', html)
    return unescape(link)


def entries(section: Section) -> list[AuditEntry]:
    return list(AuditEntry.objects.for_tenant(TenantId(section.institution_id)).order_by("pk"))


@contextmanager
def unwritable_audit() -> Iterator[None]:
    """The table is not there while this lasts."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE courses_auditentry RENAME TO audit_away")
        try:
            yield
        finally:
            cursor.execute("ALTER TABLE audit_away RENAME TO courses_auditentry")
