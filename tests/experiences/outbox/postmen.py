"""Postmen who remember what they carried, or do not arrive."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.core.mail import EmailMessage


class Postman:
    """Carries everything, unless `trouble` finds something to raise."""

    def __init__(self, trouble: Callable[[EmailMessage], BaseException | None] = lambda _: None) -> None:
        self.carried: list[EmailMessage] = []
        self.opened = 0
        self._trouble = trouble

    def open(self) -> bool | None:
        self.opened += 1
        return True

    def close(self) -> None:
        pass

    def send_messages(self, email_messages: Sequence[EmailMessage], /) -> int | None:
        for message in email_messages:
            error = self._trouble(message)
            if error is not None:
                raise error
            self.carried.append(message)
        return len(email_messages)

    @property
    def subjects(self) -> list[str]:
        return [str(message.subject) for message in self.carried]


class Away(Postman):
    """Nobody opens."""

    def open(self) -> bool | None:
        raise ConnectionRefusedError
