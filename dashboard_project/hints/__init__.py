"""Hints on their way from a writer to open dashboards, in this process and between processes.

`publisher` sends them, `link` hears those of other processes, `watch` turns both (and a poll) into stamps for the
dashboards that are open here. A hint is an id; data never travels this way.
"""
