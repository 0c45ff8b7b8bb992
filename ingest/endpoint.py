"""The addresses that other systems send to: xAPI statements and Caliper envelopes.

    POST /api/xapi/statements          a statement or an array of them → their ids, when all are stored
    GET  /api/xapi/statements          ?statementId=…, one that was stored → the statement
    POST /api/caliper/events           an envelope → the ids of its events, when all are stored

`docs/xapi.md` says which verbs, events and identifiers are served. No cookie counts here, only the token.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from http import HTTPStatus
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from courses.models import Institution, LearningEvent
from ingest.adapters.caliper import events as caliper
from ingest.adapters.caliper.envelopes import events_of
from ingest.adapters.xapi.reading import Reader, read_all
from ingest.adapters.xapi.rendering import StoredEvent, statement_of
from ingest.adapters.xapi.statements import Edition, edition_of
from ingest.endpoint_answers import MOST_FAULTS, Refusal, answer
from ingest.fields import Misfit, shown
from ingest.formats import uuid_of
from ingest.reception import Reception
from ingest.records import Verb
from ingest.told import Told
from oracles.contract import TenantId

type View = Callable[[HttpRequest], Coroutine[object, None, HttpResponse]]
type Action = Callable[[Reception, HttpRequest], Awaitable[HttpResponse]]

VERSION = "X-Experience-API-Version"
CONSISTENT = "X-Experience-API-Consistent-Through"
JSON_TYPES = frozenset({"application/json", ""})


def xapi_statements(reception: Callable[[], Reception]) -> View:
    """The view of `/api/xapi/statements`. Every answer says the version that it speaks."""

    @csrf_exempt
    @never_cache
    @require_http_methods(["GET", "HEAD", "POST"])
    async def view(request: HttpRequest) -> HttpResponse:
        response = await _answered(
            _post_statements if request.method == "POST" else _get_statement, reception(), request
        )
        edition = edition_of(request.headers.get(VERSION, "")) or Edition.V1
        response.headers[VERSION] = edition.answer
        return response

    return view


def caliper_events(reception: Callable[[], Reception]) -> View:
    """The view of `/api/caliper/events`."""

    @csrf_exempt
    @never_cache
    @require_http_methods(["POST"])
    async def view(request: HttpRequest) -> HttpResponse:
        return await _answered(_post_envelope, reception(), request)

    return view


async def _answered(action: Action, reception: Reception, request: HttpRequest) -> HttpResponse:
    try:
        return await action(reception, request)
    except Refusal as refusal:
        return answer(refusal)


async def _post_statements(reception: Reception, request: HttpRequest) -> HttpResponse:
    sender = await reception.admit(request.headers.get("Authorization", ""))
    edition = _edition(request)
    body = _json_body(reception, request)

    def read(value: object) -> tuple[list[Told], list[Misfit]]:
        values = value if isinstance(value, list) else [value]
        _check_number(reception, len(values))
        reader = Reader(edition, reception.now(), reception.new_id)
        if isinstance(value, list):
            return read_all(reader, values, most_faults=MOST_FAULTS)
        return [reader.read(value)], []

    ids = await reception.take(sender, body, read)
    return JsonResponse([str(event_id) for event_id in ids], safe=False)


async def _post_envelope(reception: Reception, request: HttpRequest) -> HttpResponse:
    sender = await reception.admit(request.headers.get("Authorization", ""))
    body = _json_body(reception, request)

    def read(value: object) -> tuple[list[Told], list[Misfit]]:
        events = events_of(value)
        _check_number(reception, len(events))
        return caliper.read_all(events, most_faults=MOST_FAULTS)

    ids = await reception.take(sender, body, read)
    return JsonResponse([f"urn:uuid:{event_id}" for event_id in ids], safe=False)


async def _get_statement(reception: Reception, request: HttpRequest) -> HttpResponse:
    sender = await reception.admit(request.headers.get("Authorization", ""))
    _edition(request)
    reception.charge(sender, 1)
    if set(request.GET) != {"statementId"}:
        raise Refusal(HTTPStatus.BAD_REQUEST, "not_served", "expected the parameter statementId and no other")
    event_id = uuid_of(request.GET["statementId"])
    if event_id is None:
        raise Refusal(HTTPStatus.BAD_REQUEST, "invalid", "statementId: expected a UUID in its standard form")
    found = await reception.ask(sender, lambda: _stored(sender.tenant_id, event_id))
    if found is None:
        raise Refusal(HTTPStatus.NOT_FOUND, "unknown_statement", "no statement of this id is stored here")
    response = JsonResponse({**statement_of(found), "version": _edition(request).stored_as})
    response.headers[CONSISTENT] = reception.now().isoformat()
    return response


def _stored(tenant_id: TenantId, event_id: UUID) -> StoredEvent | None:
    rows = LearningEvent.objects.for_tenant(tenant_id).select_related("learner", "page", "activity", "section")
    row = rows.filter(event_id=event_id).first()
    if row is None:
        return None
    return StoredEvent(
        event_id=row.event_id,
        institution=Institution.objects.get(pk=tenant_id).slug,
        section=row.section.slug,
        learner=row.learner.external_id,
        page=row.page.key,
        activity=row.activity.key if row.activity else None,
        verb=Verb(row.verb),
        success=row.success,
        score=row.score,
        out_of=row.out_of,
        timestamp=row.timestamp,
        stored=row.stored,
        source=row.source,
        result=row.result,
    )


def _edition(request: HttpRequest) -> Edition:
    """The edition that the header names; without the header 1.0.3, whose statements 2.0 has kept."""
    version = request.headers.get(VERSION, "1.0.3")
    edition = edition_of(version)
    if edition is None:
        message = f"{VERSION}: expected 1.0.x or 2.0.x, got {shown(version)}"
        raise Refusal(HTTPStatus.BAD_REQUEST, "unknown_version", message)
    return edition


def _json_body(reception: Reception, request: HttpRequest) -> bytes:
    if request.content_type not in JSON_TYPES:
        message = f"expected application/json, got {shown(request.content_type)}"
        raise Refusal(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "not_json", message)
    most = reception.limits.most_bytes
    body: bytes = request.read(most + 1)
    if len(body) > most:
        message = f"expected at most {most} bytes, got more"
        raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", message)
    return body


def _check_number(reception: Reception, number: int) -> None:
    if number > reception.limits.most_events:
        message = f"expected at most {reception.limits.most_events} of them in a request, got {number}"
        raise Refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_many", message)
