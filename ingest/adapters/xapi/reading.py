"""From parsed JSON to events told, or to what is wrong with them, each with its place. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from ingest.adapters.xapi.mapping import stated_id, told_by, whole_content
from ingest.adapters.xapi.statements import Edition, check_statement
from ingest.fields import Misfit
from ingest.told import Told, digest_of, id_from


@dataclass(slots=True)
class Reader:
    """Reads the statements of one request or one file. `new_id` makes the id of what has neither id nor time."""

    edition: Edition
    arrived_at: datetime
    new_id: Callable[[], UUID]
    _equals: Counter[str] = field(default_factory=Counter)

    def read(self, value: object, path: str = "") -> Told:
        """The event that this statement tells.

        Raises:
            Misfit: it is no valid statement, or not one that is served.

        """
        statement = check_statement(value, self.edition, path)
        event_id = stated_id(statement) or self._made_id(whole_content(statement), is_timed="timestamp" in statement)
        return told_by(statement, event_id, self.arrived_at, path)

    def _made_id(self, content: object, *, is_timed: bool) -> UUID:
        """The same again for the same statement, so that sending it twice does not count it twice."""
        if not is_timed:
            return self.new_id()
        digest = digest_of(content)
        self._equals[digest] += 1
        return id_from(digest, self._equals[digest])


def read_all(reader: Reader, values: Sequence[object], *, most_faults: int) -> tuple[list[Told], list[Misfit]]:
    """Every event told, and the first `most_faults` things that are wrong."""
    told: list[Told] = []
    faults: list[Misfit] = []
    for place, value in enumerate(values):
        try:
            told.append(reader.read(value, f"[{place}]"))
        except Misfit as misfit:
            faults.append(misfit)
            if len(faults) >= most_faults:
                break
    return told, faults
