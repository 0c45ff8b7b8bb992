"""The tray of the golden section as a browser without scripts asks for it, and what stands in its table."""

from __future__ import annotations

import re
from html import unescape
from typing import cast

from django.contrib.auth.models import User
from django.http import HttpResponse

from courses.models import Section
from experiences.hygiene_tray.models import TrayIssue
from oracles.contract import TenantId
from tests.clients import client_of

TRAY = "/s/lakeside/algebra/tray/"


def get(user: User, query: str = "") -> HttpResponse:
    return cast("HttpResponse", client_of(user).get(TRAY + query))


def text_of(user: User, query: str = "") -> str:
    response = get(user, query)
    assert response.status_code == 200
    return unescape(response.content.decode())


def post(user: User, where: str, **fields: object) -> HttpResponse:
    return cast("HttpResponse", client_of(user).post(f"{TRAY}{where}/", fields))


def issues(section: Section) -> dict[str, TrayIssue]:
    rows = TrayIssue.objects.for_tenant(TenantId(section.institution_id)).filter(section=section)
    return {row.fault: row for row in rows}


def listed(text: str) -> list[str]:
    return re.findall(r'<li class="issue".*?data-fault="(\w+)"', text, re.DOTALL)
