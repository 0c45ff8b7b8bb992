"""How long somebody stays signed in: half an hour after the last thing they did, and never more than eight hours.

The server decides: the end stands in the session's row, and the cookie merely outlives it. What a person does is a
request, or a message of theirs on a socket; what an open dashboard does by itself (updates, polls, reconnecting) is
not, so a page left open on a desk signs out. The row is written at most once a minute.
"""

from __future__ import annotations

from contextlib import suppress

from django.conf import settings
from django.contrib.auth import SESSION_KEY as USER
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import http_date

BEGAN, SEEN = "lectern_began", "lectern_seen"
"""Seconds since 1970: the sign-in, and the last thing that the person did (to the minute)."""
WRITTEN_EVERY = 60


def begin(session: SessionBase, now: float) -> None:
    """Somebody has signed in just now."""
    session[BEGAN] = session[SEEN] = int(now)
    session.set_expiry(settings.SESSION_COOKIE_AGE)


def prolong(session: SessionBase, now: float) -> bool:
    """The person has just done something; returns whether the session has changed and must be saved."""
    if USER not in session:
        return False
    if BEGAN not in session:
        begin(session, now)
        return True
    if now - session.get(SEEN, 0) < WRITTEN_EVERY:
        return False
    session[SEEN] = int(now)
    session.set_expiry(max(1, int(_ends_at(session) - now)))
    return True


def stay(session: SessionBase, now: float) -> None:
    """What the person has just done counts; where that cannot be written, what they do next will.

    `UpdateError` is all that Django says: either they have signed out at this moment, and stay so; or the database is
    busy, which is no reason to keep an answer back.
    """
    if prolong(session, now):
        with suppress(UpdateError):
            session.save()
        session.modified = False  # the cookie outlives it: nothing to send


def seconds_left(session: SessionBase, now: float) -> float | None:
    """Until they are signed out, if they do nothing; `None` where nobody is signed in."""
    if USER not in session or BEGAN not in session:
        return None
    return _ends_at(session) - now


def _ends_at(session: SessionBase) -> float:
    idle: float = session[SEEN] + settings.SESSION_COOKIE_AGE
    longest: float = session[BEGAN] + settings.SESSION_LONGEST
    return min(idle, longest)


class ProlongingSessionMiddleware(SessionMiddleware):
    """Django's, which also prolongs; instead of a middleware of its own, which would cost every request a thread."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        session = request.session
        if session.accessed and not session.modified:
            stay(session, timezone.now().timestamp())
        answer = super().process_response(request, response)
        cookie = answer.cookies.get(settings.SESSION_COOKIE_NAME)
        if cookie is not None and cookie["max-age"]:  # 0: it is being deleted
            cookie["max-age"] = settings.SESSION_LONGEST
            cookie["expires"] = http_date(timezone.now().timestamp() + settings.SESSION_LONGEST)
        return answer
