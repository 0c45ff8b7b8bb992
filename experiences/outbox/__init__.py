"""Outbox: mail that is to leave, each once."""
