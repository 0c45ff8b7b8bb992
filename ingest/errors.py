"""What the import side raises: each says whose fault it is, expected and got. Pure."""

from __future__ import annotations

from dataclasses import dataclass


class IngestError(Exception):
    """Base of everything the import side raises."""


class InvalidStructure(IngestError):
    """The section described cannot be stored as it stands; nothing was written."""


class UnknownSection(IngestError):
    """No section of this tenant has that slug."""


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong in a file: where, and why. `line` and `column` count from 1; 0 = the file as a whole."""

    file: str
    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        place = [self.file]
        if self.line:
            place.append(f"line {self.line}")
        if self.column:
            place.append(f"column {self.column}")
        return f"{', '.join(place)}: {self.reason}"


class BrokenFile(IngestError):
    """The file cannot be imported; nothing was written."""

    def __init__(self, flaw: Flaw) -> None:
        super().__init__(str(flaw))
        self.flaw = flaw
