from __future__ import annotations

import pytest

from dashboard_project.mailing import UnknownMailServer, mailer


@pytest.mark.parametrize(
    ("url", "backend", "options"),
    [
        ("", "console", None),
        ("console:", "console", None),
        ("memory:", "locmem", None),
        ("file:///var/spool/lectern", "filebased", {"file_path": "/var/spool/lectern"}),
        ("smtp://mail.example", "smtp", {"host": "mail.example", "timeout": 30}),
        (
            "smtp+tls://ines:s%40cret@mail.example:2525",
            "smtp",
            {
                "host": "mail.example", "port": 2525, "timeout": 30, "use_tls": True,
                "username": "ines", "password": "s@cret",
            },
        ),
        ("smtps://mail.example", "smtp", {"host": "mail.example", "timeout": 30, "use_ssl": True}),
    ],
)  # fmt: skip
def test_a_url_says_how_mail_leaves(url: str, backend: str, options: dict[str, object] | None) -> None:
    found = mailer(url)

    assert found["BACKEND"].split(".")[-2] == backend
    assert found.get("OPTIONS") == options


@pytest.mark.parametrize("url", ["pigeon://roof", "smtp://", "file:", "smtp://host:port"])
def test_a_url_that_names_no_way_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(UnknownMailServer, match="expected"):
        mailer(url)
