"""Templates keep to the content security policy: nothing inline, nothing that is evaluated."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, shown

STYLE = "a <style> element"
MAIL = "templates/digest/mail.html"
"""Read by mail programs, which have no policy of ours and fetch no files."""
FORBIDDEN = {
    "an inline style": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    STYLE: re.compile(r"<style[\s>]", re.IGNORECASE),
    "an inline handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "hx-on": re.compile(r"\bhx-on\b", re.IGNORECASE),
    "a value that is evaluated": re.compile(r"[\"'](js|javascript):", re.IGNORECASE),
    "a trigger filter": re.compile(r"hx-trigger\s*=\s*([\"'])[^\"']*\[", re.IGNORECASE),
    "an unescaped value": re.compile(r"\|\s*safe\b|\{%\s*autoescape\s+off"),
}
INLINE_SCRIPT = re.compile(r"<script(?P<attributes>[^>]*)>(?P<body>.*?)</script>", re.IGNORECASE | re.DOTALL)
COMMENTS = re.compile(r"\{#.*?#\}|\{% comment.*?endcomment %\}|<!--.*?-->", re.DOTALL)


def faults(text: str) -> list[str]:
    """What the text holds that the policy would block, or that would evaluate text."""
    text = COMMENTS.sub("", text)
    found = [name for name, pattern in FORBIDDEN.items() if pattern.search(text)]
    scripts = INLINE_SCRIPT.finditer(text)
    return [*found, *("an inline script" for s in scripts if s["body"].strip() or "src=" not in s["attributes"])]


def templates() -> list[Path]:
    return sorted(path for path in ROOT.glob("*/**/*.html") if "templates" in path.parts and ".venv" not in path.parts)


@pytest.mark.parametrize("path", templates(), ids=shown)
def test_a_template_holds_nothing_inline(path: Path) -> None:
    assert faults(path.read_text()) == ([STYLE] if shown(path) == MAIL else [])


@pytest.mark.parametrize(
    "text",
    [
        '<p style="color:red">', "<style>p{}</style>", '<a onclick="go()">', '<p hx-on:click="x">',
        '<p hx-vals="js:{}">',
        '<a href="javascript:x">', '<p hx-trigger="click[ctrlKey]">', "{{ name|safe }}", "<script>alert(1)</script>",
    ],
)  # fmt: skip
def test_the_lint_sees_every_forbidden_form(text: str) -> None:
    assert faults(text)


def test_the_lint_allows_a_script_file_and_a_comment() -> None:
    assert faults('<script src="/static/x.js" defer></script>{# style="" #}') == []
