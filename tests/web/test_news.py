"""Announcements of what changed by itself: merged, at most every thirty seconds."""

from __future__ import annotations

from dashboard_project.web.fragments import RenderedTile
from dashboard_project.web.news import EVERY_SECONDS, News
from snapshot.contract import Capability

SUMMARY, PROGRESS = Capability.SUMMARY, Capability.PROGRESS


def says(text: str) -> RenderedTile:
    return RenderedTile("", "", text.encode())


def test_what_a_person_asked_for_is_no_news() -> None:
    news = News()

    news.known({SUMMARY: says("1")})
    news.known({SUMMARY: says("2")})

    assert news.due(0) == 0


def test_a_refresh_that_changed_no_tile_is_no_news() -> None:
    news = News()
    news.known({SUMMARY: says("1")})

    news.heard({SUMMARY: says("1")})

    assert news.due(0) == 0


def test_a_tile_that_changed_twice_is_one_tile() -> None:
    news = News()
    news.known({SUMMARY: says("1"), PROGRESS: says("1")})

    news.heard({SUMMARY: says("2"), PROGRESS: says("1")})
    news.heard({SUMMARY: says("3"), PROGRESS: says("2")})

    assert news.due(0) == 2
    assert news.due(EVERY_SECONDS) == 0


def test_a_hundred_updates_in_a_minute_are_told_twice() -> None:
    news = News()
    news.known({SUMMARY: says("0")})
    told = 0

    for number in range(1, 101):
        news.heard({SUMMARY: says(str(number))})
        told += bool(news.due(number * 0.6))

    assert told == 2


def test_another_scope_is_not_compared_with_the_old_one() -> None:
    news = News()
    news.known({SUMMARY: says("1")})
    news.heard({SUMMARY: says("2")})

    news.forget()
    news.heard({SUMMARY: says("9")})

    assert news.due(0) == 0
