"""The digest's log that only grows."""

from courses.append_only import History

EXPOSURES = History("digest_digestexposure", "exposures are append-only")
