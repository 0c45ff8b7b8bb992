"""The tray's address is short and has one form."""

from __future__ import annotations

from urllib.parse import urlencode

from dashboard_project.web.tray_address import read, read_query


def test_an_address_of_its_own_is_short_and_has_one_form() -> None:
    full = {"show": "all", "severity": "high", "kind": "feed", "sort": "mine", "page": "3", "scope": "container:u"}

    assert read({}).query() == ""
    assert read_query("?" + urlencode(full)) == read(full)
    assert read_query(read(full).query()) == read(full)
