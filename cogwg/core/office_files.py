"""Read the parts of Office files, which are zip archives, and write parts into a file, so that the same parts give the same
bytes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

_FIXED_TIME = (1980, 1, 1, 0, 0, 0)
_TIMESTAMPS = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:(?:created|modified)>)")
PROPERTIES_PART = "docProps/core.xml"


def unpack(content: bytes) -> dict[str, bytes]:
    """Map the name of each part of a file to its content."""
    with ZipFile(BytesIO(content)) as source:
        return {name: source.read(name) for name in source.namelist()}


def pack(parts: Mapping[str, bytes]) -> bytes:
    """Return the parts as a file: the content types first, the others sorted by name, all with the same fixed time."""
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED, compresslevel=6) as target:
        for name in sorted(parts, key=lambda n: (n != "[Content_Types].xml", n)):
            target.writestr(_zip_entry(name), parts[name])
    return out.getvalue()


def with_fixed_times(properties: bytes, as_of: date) -> bytes:
    """Return a file's properties (XML) with ``as_of`` as the day of its creation and last change, so that the file is
    reproducible.
    """
    return _TIMESTAMPS.sub(rb"\g<1>" + as_of.isoformat().encode() + rb"T00:00:00Z\g<3>", properties)


def _zip_entry(name: str) -> ZipInfo:
    entry = ZipInfo(name, _FIXED_TIME)
    entry.compress_type = ZIP_DEFLATED
    entry.create_system = 3
    entry.external_attr = 0o600 << 16
    return entry
