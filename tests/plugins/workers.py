"""Which process of a run of pytest takes what: whole files; with few processes, one drives the browser.

A test in the browser waits for half of its time: for pages, for a server, for a second that has to pass. So all of them
begin at once in one process, while the others calculate, and the browser and its servers are started once.
"""

from __future__ import annotations

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

BROWSER = "tests/e2e/"
FEW = 3
"""Processes; of more, each takes single files of the browser's tests, or the others would wait for that one."""


class WholeFiles(LoadFileScheduling):  # type: ignore[misc]
    def _split_scope(self, nodeid: str) -> str:
        if self.numnodes <= FEW and nodeid.startswith(BROWSER):
            return BROWSER
        return str(super()._split_scope(nodeid))

    def _assign_work_unit(self, node: WorkerController) -> None:
        if BROWSER in self.workqueue:
            self.workqueue.move_to_end(BROWSER, last=False)
        super()._assign_work_unit(node)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> WholeFiles | None:
    return WholeFiles(config, log) if config.getvalue("dist") == "loadfile" else None
