"""Threads of the page: access checks, deriving, rendering. Nothing of it runs on the event loop or on Django's one
thread-sensitive thread, which all sockets would share.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.db import close_old_connections
from django.utils import translation

WORKERS = ThreadPoolExecutor(max_workers=getattr(settings, "PAGE_WORKERS", 4), thread_name_prefix="page")


async def in_worker[**P, T](function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """What `function` returns, run in a worker thread in the language of who asks; it asks the database nothing."""
    language = translation.get_language()

    def run() -> T:
        with translation.override(language):
            return function(*args, **kwargs)

    return await asyncio.get_running_loop().run_in_executor(WORKERS, run)


async def in_database_worker[**P, T](function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """The same for a function with queries: no connection that has gone bad is used, none is kept too long."""

    def run() -> T:
        close_old_connections()
        try:
            return function(*args, **kwargs)
        finally:
            close_old_connections()

    return await in_worker(run)
