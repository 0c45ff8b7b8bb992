"""A ZIP whose bytes depend on its files and nothing else: fixed order, times, modes and compression. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo
from zlib import ZLIB_RUNTIME_VERSION

EPOCH = (1980, 1, 1, 0, 0, 0)
LEVEL = 6
PACKED_WITH = f"zlib {ZLIB_RUNTIME_VERSION}"
"""Equal files give equal bytes wherever this is the same."""
UNIX = 3
"""Said on every machine: the bytes must not depend on it."""


def zipped(contents: Mapping[str, bytes]) -> bytes:
    """The files as a ZIP."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED, compresslevel=LEVEL) as archive:
        for name in sorted(contents):
            entry = ZipInfo(name, date_time=EPOCH)
            entry.compress_type = ZIP_DEFLATED
            entry.create_system = UNIX
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, contents[name], compresslevel=LEVEL)
    return buffer.getvalue()
