"""Outbox: mail that is to leave, each once.

`queueing.enqueue` in the transaction that decides on a mail; `delivery.deliver_due` sends; `resolving.resolve` is for
people.
"""
