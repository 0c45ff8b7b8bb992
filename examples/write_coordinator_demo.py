"""The write coordinator at work: 5 000 records through a queue of 1 000 and two workers.

    python -m examples.write_coordinator_demo

Producers are quicker than the store: back-pressure rises, the producers wait, the queue empties, everything is written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from coordinator.writes.contract import BatchReport, Outcome
from coordinator.writes.health import DrainReport
from coordinator.writes.write_coordinator import WriteCoordinator

RECORDS = 5_000
CAPACITY = 1_000
WORKERS = 2
BATCH = 50
WRITE_SECONDS = 0.002


@dataclass(slots=True)
class SlowStore:
    """Takes its time for every batch, as a database does."""

    rows: list[int] = field(default_factory=list)

    async def write(self, batch: Sequence[int]) -> BatchReport:
        await asyncio.sleep(WRITE_SECONDS)
        self.rows += batch
        return BatchReport((Outcome.WRITTEN,) * len(batch))


async def demonstrate(say: Callable[[str], None]) -> tuple[SlowStore, DrainReport[int], list[str]]:
    """Runs it once; returns what was stored, the report and the back-pressure heard on the way."""
    store, heard = SlowStore(), list[str]()

    def hear(word: str) -> None:
        heard.append(word)
        say(f"Back-pressure {word}")

    coordinator: WriteCoordinator[int] = WriteCoordinator(
        sink=store,
        capacity=CAPACITY,
        workers=WORKERS,
        batch_size=BATCH,
        on_backpressure_high=lambda: hear("high"),
        on_backpressure_low=lambda: hear("recovered"),
    )
    async with coordinator:
        say(f"{WORKERS} workers, room for {CAPACITY:,} records")
        for number in range(RECORDS):
            await coordinator.submit(number)
        say(f"All {RECORDS:,} accepted; {coordinator.health().queue_size} still wait")
    report = await coordinator.stop()
    say(f"{report.balance.written:,} written, {report.balance.abandoned} lost, drained in {report.seconds:.2f} s")
    return store, report, heard


def main() -> None:
    store, report, heard = asyncio.run(demonstrate(print))
    assert sorted(store.rows) == list(range(RECORDS))
    assert (report.balance.written, report.balance.is_even, report.lost) == (RECORDS, True, ())
    assert heard[0] == "high"
    assert heard[-1] == "recovered"


if __name__ == "__main__":
    main()
