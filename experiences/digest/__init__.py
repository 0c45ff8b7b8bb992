"""Digest: once a week, from tray, console and snapshots."""
