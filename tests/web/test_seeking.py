"""A name that is sought goes over the socket, is forgotten with its scope, and is kept nowhere."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator
from django.contrib.auth.models import User

from coordinator.contract import Token
from courses.access import Granted, resolve
from courses.audit import Actor
from courses.contract import SupportThresholds
from courses.support_settings import Edit, save
from dashboard_project.web.board import Board
from dashboard_project.web.frames import NameSought, parse
from dashboard_project.web.tiles import TileMaker, Viewing
from dashboard_project.web.urlstate import DEFAULT, ViewState
from oracles.contract import DataStamp
from snapshot.contract import Capability
from tests.fakes import loaded
from tests.snapshot.classroom import NOW
from tests.web.conftest import House
from tests.web.fakes import KEYS, NEEDS, FakeDerive
from tests.web.screens import COURSE, choice, context
from tests.web.sockets import told

NAME = "Zo\u00eb"


@pytest.mark.proves("ROW-T5", "I7")
def test_a_frame_with_a_name_looks_for_it_and_for_nothing_else() -> None:
    event = parse(json.dumps({"s.name": f"  {NAME}   Mirren ", "csrfmiddlewaretoken": "x", "seq": 3}), None, DEFAULT)

    assert event == NameSought(f"{NAME} Mirren")
    assert NAME not in repr(event)


def test_a_name_is_cut_where_no_name_goes_on() -> None:
    event = parse(json.dumps({"s.name": "x" * 60_000}), None, DEFAULT)

    assert event == NameSought("x" * 100)


@pytest.mark.proves("I7", "U2")
def test_neither_a_choice_nor_a_look_shows_the_name() -> None:
    chosen = replace(choice(), sought=NAME)
    viewing = Viewing(chosen.context, chosen.view, "en", NOW, NAME)

    assert NAME not in repr(chosen)
    assert NAME not in repr(viewing)


@pytest.mark.proves("I7")
def test_a_tile_that_was_made_for_a_name_is_not_kept_and_the_others_are() -> None:
    maker = TileMaker(NEEDS, FakeDerive())
    results = {key: loaded(COURSE, key) for key in KEYS.values()}
    board = Board(Token(1), COURSE, results, is_complete=True)
    viewing = Viewing(context(), ViewState(), "en", NOW, NAME)

    maker.make([Capability.STUDENT_SUPPORT, Capability.PROGRESS], board, viewing)

    assert maker.kept(Capability.STUDENT_SUPPORT, board, viewing) is None
    assert maker.kept(Capability.STUDENT_SUPPORT, board, replace(viewing, sought="")) is None
    assert maker.kept(Capability.PROGRESS, board, viewing) is not None


@pytest.mark.django_db(transaction=True)
@pytest.mark.proves("UX-k")
async def test_an_open_dashboard_says_who_changed_what_and_keeps_saying_it(
    instructor: User, house: House, dashboard: WebsocketCommunicator
) -> None:
    await told(dashboard, scope="course")

    await sync_to_async(_two_weeks)(instructor)
    house.runner.stamp = DataStamp(settings=1)
    house.watch.move(house.runner.stamp)
    heard = ""
    while 'hx-target="#status"' not in heard or "ana changed" not in heard.partition('hx-target="#status"')[2]:
        heard += await dashboard.receive_from(timeout=5)

    sentence = "ana changed the inactivity limit from 7 to 14 days."
    assert re.search(rf'hx-target="#notices"[^>]*><p class="notice">{re.escape(sentence)}</p>', heard)
    assert sentence in heard.partition('hx-target="#status"')[2]


def _two_weeks(instructor: User) -> None:
    access = resolve(instructor, "lakeside", "algebra")
    assert isinstance(access, Granted)
    save(access.context, Edit(SupportThresholds(inactivity_days=14), 0), Actor("user-99", "ana"), NOW)
