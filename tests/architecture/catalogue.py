"""What can be translated, read from templates and code as Django reads them; no gettext tool is needed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.template import Engine, Node, Template
from django.template.base import TextNode
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

from tests.architecture.sources import PACKAGES, ROOT, python_files, shown

ONE = {"_", "gettext", "gettext_lazy", "gettext_noop"}
SEVERAL = {"ngettext", "ngettext_lazy"}
WITH_CONTEXT = {"pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"}
IN_AN_EXPRESSION = re.compile(r"""_\((["'])(?P<text>.*?)\1\)""")


@dataclass(frozen=True, slots=True)
class Message:
    """One text; `plural` is empty where it has no number."""

    text: str
    plural: str = ""


def templates() -> list[Path]:
    return sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"})


@cache
def messages() -> dict[Message, str]:
    """Every message, with one of the files that say it."""
    found = {message: shown(path) for path in templates() for message in in_template(path.read_text())}
    for path in python_files(*PACKAGES):
        found.update(dict.fromkeys(in_code(path.read_text()), shown(path)))
    return found


def in_template(source: str) -> Iterator[Message]:
    """The texts of `translate`, `blocktranslate` and `_("…")`."""
    for node in _nodes(Template(source, engine=Engine.get_default()).nodelist):
        if isinstance(node, TranslateNode):
            yield Message(str(node.filter_expression.var.literal).replace("%", "%%"))
        elif isinstance(node, BlockTranslateNode):
            plural = node.render_token_list(node.plural)[0] if node.plural else ""
            yield Message(node.render_token_list(node.singular)[0], plural)
    for match in IN_AN_EXPRESSION.finditer(source):
        yield Message(match["text"])


def _nodes(nodes: Iterable[Node]) -> Iterator[Node]:
    """All of them, those within other nodes too."""
    for node in nodes:
        if isinstance(node, TextNode):
            continue
        yield node
        for name in getattr(node, "child_nodelists", ()):
            yield from _nodes(getattr(node, name, None) or ())


def in_code(source: str) -> Iterator[Message]:
    """The texts that calls of gettext's functions hold."""
    for node in ast.walk(ast.parse(source)):
        name = _name(node.func) if isinstance(node, ast.Call) else ""
        assert name not in WITH_CONTEXT, "the catalogue is read without contexts so far"
        if not isinstance(node, ast.Call) or name not in ONE | SEVERAL:
            continue
        texts = [each.value for each in node.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
        if name in ONE and texts:
            yield Message(texts[0])
        elif name in SEVERAL and len(texts) > 1:
            yield Message(texts[0], texts[1])


def _name(function: ast.expr) -> str:
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")
