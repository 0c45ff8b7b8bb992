"""Puts each of the twelve faults of the original write coordinator into a copy of ours: its test must fail.

    python -m tests.faults.put_back [W-R1 ...]

Works on a copy in a temporary folder. Exits 0 only if every test is green without its fault and red with it.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENGINE = Path("coordinator/writes")
TESTS = "tests/coordinator/writes/test_failures_of_the_original.py"
COPIED = ("coordinator", "courses", "oracles", "tests/coordinator", "tests/__init__.py", "tests/fakes.py")
SETTINGS = "[pytest]\nasyncio_mode = auto\nmarkers = proves(*ids)\nfilterwarnings = ignore\n"
PATIENCE = 120.0
"""Seconds that a test may take."""
LEAST_PATIENCE, TIMES_AS_LONG = 20.0, 4
"""A fault may keep its test from ending: red after so many times what the test takes without it, or these seconds."""


@dataclass(frozen=True, slots=True)
class Patch:
    """One replacement in one file of the engine; the old text stands there once."""

    file: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Fault:
    name: str
    what: str
    test: str
    patches: tuple[Patch, ...]


CALLBACKS_IN_THE_LOCK = (
    Patch(
        "pressure.py",
        "from enum import StrEnum\n",
        "import asyncio\nfrom enum import StrEnum\n\nLOCK = asyncio.Lock()\nPENDING = []\n",
    ),
    Patch(
        "intake.py",
        "            await self._queue.put(entries, timeout)\n",
        "            from coordinator.writes.pressure import LOCK, PENDING\n"
        "            async with LOCK:\n"
        "                await self._queue.put(entries, timeout)\n"
        "                while PENDING:\n"
        "                    if (waiting := PENDING.pop()()) is not None:\n"
        "                        await waiting\n",
    ),
)
"""The original awaited callbacks while it held the queue's lock."""

HIGH_IN_THE_LOCK = Patch(
    "watch.py",
    "            self._bell.ring(self._on_high)\n",
    "            from coordinator.writes.pressure import PENDING\n            PENDING.append(self._on_high)\n",
)

DROP_IN_THE_LOCK = Patch(
    "watch.py",
    '            self._notifier.post("drop", lambda: on_drop(entry.record))\n',
    "            from coordinator.writes.pressure import PENDING\n"
    "            PENDING.append(lambda: on_drop(entry.record))\n",
)

FAULTS = (
    Fault(
        "W-R1",
        "the flush interval counts from the last flush, and one that has passed never comes again",
        "test_items_after_a_long_idle_time_are_written_within_the_flush_interval",
        (
            Patch(
                "queue.py",
                "        self._is_open = True\n",
                "        self._is_open = True\n        self._began = clock.now()\n",
            ),
            Patch(
                "queue.py",
                "        if due_at is not None:\n",
                "        if due_at is not None and self._clock.now() - self._began < self._limits.flush_interval:\n",
            ),
        ),
    ),
    Fault(
        "W-R2",
        "a record that is refused ends the worker",
        "test_one_bad_record_costs_only_itself_and_no_worker",
        (Patch("delivery.py", "            search.is_refused(part, error)\n", "            raise error\n"),),
    ),
    Fault(
        "W-R3",
        "a sink that fails ends the worker, and nobody replaces it",
        "test_a_sink_that_always_fails_leaves_no_producer_waiting_for_ever",
        (
            Patch(
                "delivery.py",
                "        self._shop.gate.failed(permit, is_decisive=kind is Kind.SINK)\n",
                "        raise error\n",
            ),
            Patch(
                "supervision.py", "        if error is not None and not self._is_dismissed:\n", "        if False:\n"
            ),
        ),
    ),
    Fault(
        "W-R4",
        "errors are classified by words in their names and messages",
        "test_a_lost_connection_is_tried_again",
        (
            Patch(
                "errors.py",
                "    return kind_of(error) is Kind.TRANSIENT\n",
                '    words = ("timeout", "temporar", "deadlock", "retry", "busy")\n'
                '    text = f"{type(error).__name__} {error}".lower()\n'
                "    return any(word in text for word in words)\n",
            ),
        ),
    ),
    Fault(
        "W-R5",
        "back-pressure callbacks are awaited while the queue is locked",
        "test_a_backpressure_callback_may_submit",
        (*CALLBACKS_IN_THE_LOCK, HIGH_IN_THE_LOCK),
    ),
    Fault(
        "W-R6",
        "a slow callback holds the queue's lock for as long as it takes",
        "test_a_slow_callback_delays_neither_producers_nor_writers",
        (*CALLBACKS_IN_THE_LOCK, HIGH_IN_THE_LOCK),
    ),
    Fault(
        "W-R7",
        "stop waits until the circuit lets the rest be written, however long that takes",
        "test_stop_keeps_its_deadline_while_the_circuit_is_open",
        (
            Patch(
                "shutdown.py",
                "            await ends_within(self._shop.clock, seconds, first)\n",
                "            await first\n",
            ),
        ),
    ),
    Fault(
        "W-R8",
        "a half-open circuit lets everybody pass",
        "test_a_half_open_circuit_lets_one_probe_pass",
        (
            Patch(
                "breaker.py",
                "        return Permit(self._generation) if self._state is BreakerState.CLOSED else None\n",
                "        return Permit(self._generation) if self._state is not BreakerState.OPEN else None\n",
            ),
        ),
    ),
    Fault(
        "W-R9",
        "records are accepted after the stop",
        "test_a_stopped_coordinator_accepts_nothing_and_does_not_start_again",
        (
            Patch("write_coordinator.py", "        if self._state is not State.RUNNING:\n", "        if False:\n"),
            Patch("queue.py", "        if not self._is_open:\n", "        if False:\n"),
        ),
    ),
    Fault(
        "W-R10",
        "dropping waits for the drop callback",
        "test_dropping_the_oldest_never_waits_whatever_the_drop_callback_does",
        (*CALLBACKS_IN_THE_LOCK, DROP_IN_THE_LOCK),
    ),
    Fault(
        "W-R11",
        "what the drop callback raises goes through the queue",
        "test_a_drop_callback_that_raises_costs_neither_the_new_item_nor_the_count",
        (
            Patch(
                "watch.py",
                "        self._ledger.end(entry, Ending(End.DROPPED, reason))\n",
                "        if self._on_drop is not None:\n"
                "            self._on_drop(entry.record)\n"
                "        self._ledger.end(entry, Ending(End.DROPPED, reason))\n",
            ),
        ),
    ),
    Fault(
        "W-R12",
        "waiting for an open circuit counts as an attempt",
        "test_an_open_circuit_costs_no_attempts",
        (
            Patch(
                "delivery.py",
                "            await self.hand_back()\n            return False\n",
                "            await self._try_later(self._all_open(), ConnectionError())\n            return False\n",
            ),
        ),
    ),
)


def main(wanted: Sequence[str]) -> int:
    """Prints one line per fault; 0 if each was found."""
    faults = [fault for fault in FAULTS if not wanted or fault.name in wanted]
    with copied() as folder:
        missed = [fault for fault in faults if not is_found(folder, fault)]
    say(f"{len(faults) - len(missed)} of {len(faults)} faults found")
    return 1 if missed else 0


def is_found(folder: Path, fault: Fault) -> bool:
    """Green without the fault, red with it."""
    began = time.monotonic()
    before = is_green(folder, fault.test, PATIENCE)
    patience = max(LEAST_PATIENCE, TIMES_AS_LONG * (time.monotonic() - began))
    with planted(folder, fault.patches):
        after = is_green(folder, fault.test, patience)
    found = before and not after
    words = {True: "green", False: "red"}
    say(f"{fault.name:6} without {words[before]}, with {words[after]}: {fault.what}")
    return found


def is_green(folder: Path, test: str, patience: float) -> bool:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-x",
        "-p",
        "no:django",
        "-p",
        "no:cacheprovider",
        f"{TESTS}::{test}",
    ]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=patience, check=False)
    except subprocess.TimeoutExpired:
        return False
    if done.returncode not in {0, 1}:
        raise RuntimeError(f"{test} could not run:\n{done.stdout.decode()}{done.stderr.decode()}")
    return done.returncode == 0


@contextmanager
def copied() -> Iterator[Path]:
    """The engine and its tests, where faults can be put."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for path in COPIED:
            target = folder / path
            target.parent.mkdir(parents=True, exist_ok=True)
            if (ROOT / path).is_dir():
                shutil.copytree(ROOT / path, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / path, target)
        (folder / "pytest.ini").write_text(SETTINGS)
        yield folder


@contextmanager
def planted(folder: Path, patches: Sequence[Patch]) -> Iterator[None]:
    originals = {patch.file: (folder / ENGINE / patch.file).read_text() for patch in patches}
    try:
        for patch in patches:
            apply(folder / ENGINE / patch.file, patch)
        yield
    finally:
        for file, text in originals.items():
            (folder / ENGINE / file).write_text(text)


def apply(file: Path, patch: Patch) -> None:
    text = file.read_text()
    if text.count(patch.old) != 1:
        raise LookupError(f"{patch.file}: expected this once, found it {text.count(patch.old)} times:\n{patch.old}")
    file.write_text(text.replace(patch.old, patch.new))


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
