"""Out of the outbox: one claim, one sending, one record; nothing twice by itself."""

from __future__ import annotations

import smtplib
import threading
from datetime import timedelta
from functools import partial

import pytest
from django.core import mail as django_mail
from django.core.mail import EmailMessage, mailers

from courses.models import Institution
from experiences.outbox.contract import BODIES_KEPT, LEASE, PAUSES, Resolution, Status
from experiences.outbox.delivery import ServerAway, deliver_due
from experiences.outbox.models import OutgoingMail
from experiences.outbox.queueing import cancel, statuses
from experiences.outbox.resolving import resolve
from tests.builders import make_institution, tenant
from tests.experiences.outbox.conftest import NOW, Watch, mail, put
from tests.experiences.outbox.postmen import Away, Postman
from tests.together import at_once

pytestmark = pytest.mark.django_db


def status(institution: Institution, key: str = "a") -> Status:
    return statuses(tenant(institution), [key])[key]


@pytest.mark.proves("K-09")
def test_what_is_due_leaves_once(institution: Institution, clock: Watch) -> None:
    postman = Postman()
    put(tenant(institution), mail("a"), mail("b", not_before=NOW + timedelta(hours=1)))

    first, again = deliver_due(clock, postman), deliver_due(clock, postman)

    assert postman.subjects == ["About a"]
    assert (first.counts[Status.SENT], again.counts.total()) == (1, 0)
    assert (status(institution), status(institution, "b")) == (Status.SENT, Status.QUEUED)


@pytest.mark.proves("K-10")
def test_what_has_a_time_leaves_at_that_time(institution: Institution, clock: Watch) -> None:
    postman = Postman()
    put(tenant(institution), mail("a", not_before=NOW + timedelta(hours=1)))

    clock.advance(timedelta(minutes=59))
    deliver_due(clock, postman)
    early = list(postman.subjects)
    clock.advance(timedelta(minutes=1))
    deliver_due(clock, postman)

    assert (early, postman.subjects) == ([], ["About a"])


def test_the_mail_is_what_was_put_in(institution: Institution, clock: Watch) -> None:
    put(tenant(institution), mail("a", html="<p>Dear a</p>", headers=(("List-Unsubscribe", "<https://x.example/u>"),)))

    deliver_due(clock, mailers["default"])

    (sent,) = django_mail.outbox
    assert (sent.to, sent.subject, sent.body) == (["a@learners.example"], "About a", "Dear a")
    assert sent.extra_headers["List-Unsubscribe"] == "<https://x.example/u>"
    assert [part.get_content_type() for part in sent.message().walk()] == [
        "multipart/alternative", "text/plain", "text/html",
    ]  # fmt: skip


def test_a_copy_would_be_known_by_its_message_id(institution: Institution, clock: Watch) -> None:
    put(tenant(institution), mail("a"), mail("b"))
    postman = Postman()
    deliver_due(clock, postman)

    first, second = (message.extra_headers["Message-ID"] for message in postman.carried)

    assert first != second
    assert "learners" not in first


@pytest.mark.proves("K-07")
def test_a_mail_that_fails_costs_the_others_nothing_and_is_tried_again_later(
    institution: Institution, clock: Watch
) -> None:
    busy = smtplib.SMTPRecipientsRefused({"b@learners.example": (451, b"later")})
    postman = Postman(lambda message: busy if message.to == ["b@learners.example"] and clock.now == NOW else None)
    put(tenant(institution), mail("a"), mail("b"), mail("c"))

    delivery = deliver_due(clock, postman)
    deliver_due(clock, postman)
    meanwhile = list(postman.subjects)
    clock.advance(PAUSES[0])
    deliver_due(clock, postman)

    assert delivery.as_dict() == {"queued": 1, "sent": 2, "failed": 0, "unknown": 0, "cancelled": 0}
    assert meanwhile == ["About a", "About c"]
    assert postman.subjects == ["About a", "About c", "About b"]


def test_attempts_are_bounded(institution: Institution, clock: Watch) -> None:
    postman = Postman(lambda _: smtplib.SMTPDataError(451, b"later"))
    put(tenant(institution), mail("a"))

    for pause in (*PAUSES, timedelta(days=30)):
        deliver_due(clock, postman)
        clock.advance(pause)
    deliver_due(clock, postman)

    row = OutgoingMail.objects.for_tenant(tenant(institution)).get(key="a")
    assert (row.status, row.attempts, row.error) == ("failed", len(PAUSES) + 1, "SMTPDataError 451")


def test_a_refusal_for_good_is_not_tried_again(institution: Institution, clock: Watch) -> None:
    postman = Postman(lambda _: smtplib.SMTPDataError(550, b"no such person"))
    put(tenant(institution), mail("a"))

    deliver_due(clock, postman)

    assert status(institution) is Status.FAILED


def test_a_connection_that_breaks_leaves_one_mail_unknown_and_the_next_has_another(
    institution: Institution, clock: Watch
) -> None:
    broken = smtplib.SMTPServerDisconnected("gone")
    postman = Postman(lambda message: broken if message.subject == "About a" else None)
    put(tenant(institution), mail("a"), mail("b"))

    deliver_due(clock, postman)
    clock.advance(timedelta(days=1))
    deliver_due(clock, postman)

    assert (status(institution), status(institution, "b")) == (Status.UNKNOWN, Status.SENT)
    assert (postman.subjects, postman.opened) == (["About b"], 2)


def test_while_the_server_is_away_nothing_is_claimed_and_no_attempt_counted(
    institution: Institution, clock: Watch
) -> None:
    put(tenant(institution), mail("a"))

    with pytest.raises(ServerAway):
        deliver_due(clock, Away())

    row = OutgoingMail.objects.for_tenant(tenant(institution)).get(key="a")
    assert (row.status, row.attempts) == ("queued", 0)


def test_nothing_to_send_needs_no_server(clock: Watch, institution: Institution) -> None:
    assert deliver_due(clock, Away()).counts.total() == 0


@pytest.mark.proves("K-09")
def test_a_sender_that_died_leaves_a_mail_that_only_a_person_sends_again(
    institution: Institution, clock: Watch
) -> None:
    put(tenant(institution), mail("a"))
    with pytest.raises(KeyboardInterrupt):  # neither sent nor failed: the process ends here
        deliver_due(clock, Postman(lambda _: KeyboardInterrupt()))
    postman = Postman()

    clock.advance(LEASE - timedelta(seconds=1))
    deliver_due(clock, postman)
    held = status(institution)
    clock.advance(timedelta(seconds=1))
    deliver_due(clock, postman)
    lost, carried = status(institution), list(postman.subjects)
    said = resolve(tenant(institution), ["a"], Resolution.SEND_AGAIN, "user-7", clock.now)
    deliver_due(clock, postman)

    assert (held, lost, carried) == (Status.CLAIMED, Status.UNKNOWN, [])
    assert said == {"a"}
    assert (status(institution), postman.subjects) == (Status.SENT, ["About a"])


@pytest.mark.parametrize(
    ("said", "stands"), [(Resolution.ARRIVED, Status.SENT), (Resolution.GIVE_UP, Status.CANCELLED)]
)
def test_a_person_says_what_became_of_it(
    said: Resolution, stands: Status, institution: Institution, clock: Watch
) -> None:
    put(tenant(institution), mail("a"), mail("b"))
    cancel(tenant(institution), ["b"], NOW)
    deliver_due(clock, Postman(lambda _: TimeoutError()))

    found = resolve(tenant(institution), ["a", "b"], said, "user-7", clock.now)

    assert found == {"a"}  # nothing is to be said of what was called off
    assert status(institution) is stands


@pytest.mark.proves("O-03")
def test_every_institution_has_its_turn(institution: Institution, clock: Watch) -> None:
    harbour, postman = make_institution("harbour"), Postman()
    put(tenant(institution), *(mail(f"l{n}") for n in range(20)))
    put(tenant(harbour), mail("h0"), mail("h1"))

    deliver_due(clock, postman, limit=4)

    assert sorted(postman.subjects) == ["About h0", "About h1", "About l0", "About l1"]


def test_a_person_of_one_institution_settles_nothing_in_another(institution: Institution, clock: Watch) -> None:
    harbour = make_institution("harbour")
    put(tenant(institution), mail("a"))
    deliver_due(clock, Postman(lambda _: TimeoutError()))

    assert resolve(tenant(harbour), ["a"], Resolution.SEND_AGAIN, "user-7", clock.now) == frozenset()
    assert status(institution) is Status.UNKNOWN


def test_thirty_days_later_text_and_address_are_gone_and_the_key_is_not(institution: Institution, clock: Watch) -> None:
    put(tenant(institution), mail("a"))
    deliver_due(clock, Postman())

    clock.advance(BODIES_KEPT)
    deliver_due(clock, Postman())

    row = OutgoingMail.objects.for_tenant(tenant(institution)).get(key="a")
    assert (row.to, row.subject, row.text) == ("", "", "")
    assert put(tenant(institution), mail("a")) == frozenset()


class Meeting(Postman):
    """Sends only when two are sending at once: then they overlap for certain."""

    barrier = threading.Barrier(2, timeout=20)

    def open(self) -> bool | None:
        self.barrier.wait()
        return True


@pytest.mark.django_db(transaction=True)
@pytest.mark.proves("K-09", "O-09")
def test_two_deliveries_at_once_send_each_mail_once(institution: Institution, clock: Watch) -> None:
    put(tenant(institution), *(mail(f"m{n:02}") for n in range(40)))
    postmen = Meeting(), Meeting()

    at_once(*(partial(deliver_due, clock, postman) for postman in postmen))

    sent = [subject for postman in postmen for subject in postman.subjects]
    assert sorted(sent) == [f"About m{n:02}" for n in range(40)]


def test_a_message_of_the_framework_is_what_a_postman_takes(institution: Institution, clock: Watch) -> None:
    put(tenant(institution), mail("a"))
    postman = Postman()
    deliver_due(clock, postman)

    assert isinstance(postman.carried[0], EmailMessage)
    assert postman.carried[0].message()["Message-ID"]
