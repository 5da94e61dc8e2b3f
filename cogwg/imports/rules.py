"""Rules for uploads: their limits, and how long they are kept. These rules need no database."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

MIB = 1024 * 1024
SIZE_LIMIT = 5 * MIB
"""The largest file that is read, in bytes."""
UPLOADS_AT_ONCE = 2
"""How many files are read at the same time at most, in all worker processes together."""
READING_TIME = timedelta(minutes=1)
"""The longest time that reading a file can take. After a crash, the next upload has to wait this long at most."""
PREVIEW_LIFETIME = timedelta(minutes=30)
"""How long a preview can be applied. The file and its preview are then deleted."""
FAILED_FILE_LIFETIME = timedelta(hours=24)
"""How long a file that the product failed to read is kept, so that the technical team can examine it."""
UPLOAD_RETENTION = timedelta(days=2 * 365)
"""How long the page of an upload is kept: at least two years after its last use, as for accounts."""
NAME_LIMIT = 200
"""The maximum number of characters of a file's name that are stored."""


class UploadKind(StrEnum):
    """What an uploaded file contains."""

    REPORTS = "reports"
    PLAN = "plan"
    COMMITMENTS = "commitments"
    COMMENTS = "comments"


class UploadVerdict(StrEnum):
    """The result of reading a file: its changes can be applied, in whole or in part; it was refused; or reading it failed."""

    READ = "read"
    REFUSED = "refused"
    FAILED = "failed"


class Claim(StrEnum):
    """Whether an upload can be applied now.

    Of several attempts to apply it, only one gets CLAIMED. OUTDATED means that the preview was computed again after it was
    shown.
    """

    CLAIMED = "claimed"
    APPLIED = "applied"
    EXPIRED = "expired"
    OUTDATED = "outdated"


def clean_file_name(name: str) -> str:
    """Return a file's name as it is stored and shown: without folders and control characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    return "".join(c for c in last if c.isprintable()).strip()[:NAME_LIMIT]
