"""Agents and groups (xAPI 2.4.2): who did it, identified in exactly one way. Pure."""

from __future__ import annotations

from ingest import formats
from ingest.fields import Check, Json, Misfit, Shape, array_of, iri, join, one_of, text, text_that

IDENTIFIERS = ("mbox", "mbox_sha1sum", "openid", "account")

_ACCOUNT = Shape(required={"homePage": iri, "name": text})
_IDENTIFIER: dict[str, Check] = {
    "mbox": text_that(lambda value: formats.MAILBOX.fullmatch(value) is not None, "mailto: and an e-mail address"),
    "mbox_sha1sum": text_that(lambda value: formats.SHA1.fullmatch(value) is not None, "40 hexadecimal digits"),
    "openid": text_that(lambda value: value.isascii() and formats.is_iri(value), "a URI"),
    "account": _ACCOUNT,
}


def _identified_once(actor: Json, path: str) -> None:
    given = [name for name in IDENTIFIERS if name in actor]
    if len(given) != 1:
        raise Misfit(path, f"expected exactly one of {', '.join(IDENTIFIERS)}, got {' and '.join(given) or 'none'}")


def _identified_or_listed(group: Json, path: str) -> None:
    if any(name in group for name in IDENTIFIERS):
        _identified_once(group, path)
        return
    if "member" not in group:
        raise Misfit(join(path, "member"), "is required in a group without an identifier, it is missing")
    array_of(agent, least=1)(group["member"], join(path, "member"))


agent = Shape(optional={"objectType": one_of({"Agent"}), "name": text, **_IDENTIFIER}, then=_identified_once)
group = Shape(
    required={"objectType": one_of({"Group"})},
    optional={"name": text, "member": array_of(agent), **_IDENTIFIER},
    then=_identified_or_listed,
)


def actor(value: object, path: str) -> None:
    """An agent, or a group that says it is one."""
    is_group = isinstance(value, dict) and value.get("objectType", "Agent") != "Agent"
    if is_group:
        one_of({"Agent", "Group"})(value["objectType"], join(path, "objectType"))  # type: ignore[index]
    (group if is_group else agent)(value, path)


def authority(value: object, path: str) -> None:
    """An agent; or, with OAuth, a nameless group of exactly two: the application and the person."""
    actor(value, path)
    assert isinstance(value, dict)
    if value.get("objectType") != "Group":
        return
    if any(name in value for name in IDENTIFIERS) or len(value["member"]) != 2:  # noqa: PLR2004
        raise Misfit(join(path, "member"), "expected exactly two agents: the application and the person")
