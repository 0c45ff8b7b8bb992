"""What can be decided: eight kinds, and what each needs and does. Pure; one table.

Rules: a kind is about learners, or about pages. With a text it also sends mail, and every mail takes one contact of the
learner's weekly allowance. `no_action` and `flag_content` reach nobody.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    MESSAGE = "message"
    EXTENSION = "extension"
    REOPEN = "reopen"
    PRACTICE = "practice"
    INVITE = "invite"
    WATCH = "watch"
    FLAG = "flag"
    NO_ACTION = "no_action"


class Text(StrEnum):
    """Whether a kind says something to learners."""

    NEEDED = "needed"
    OPTIONAL = "optional"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class KindRule:
    """What a decision of this kind must say before it can be reviewed."""

    text: Text = Text.NONE
    needs_page: bool = False
    """The item it is about."""
    needs_moment: bool = False
    """A new due date, or a meeting's beginning."""
    needs_reason: bool = False
    is_about_pages: bool = False
    """Its targets are pages, not learners."""
    may_have_page: bool = False


KINDS: Mapping[Kind, KindRule] = {
    Kind.MESSAGE: KindRule(Text.NEEDED, may_have_page=True),
    Kind.EXTENSION: KindRule(Text.OPTIONAL, needs_page=True, needs_moment=True),
    Kind.REOPEN: KindRule(Text.OPTIONAL, needs_page=True),
    Kind.PRACTICE: KindRule(Text.OPTIONAL, needs_page=True, needs_moment=True),
    Kind.INVITE: KindRule(Text.NEEDED, needs_moment=True),
    Kind.WATCH: KindRule(needs_moment=True),
    Kind.FLAG: KindRule(needs_reason=True, is_about_pages=True),
    Kind.NO_ACTION: KindRule(needs_reason=True),
}
