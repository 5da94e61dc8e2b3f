"""Themes of challenges that differ only in case, blanks, apostrophes or hyphens become the same theme.

New challenges have taken the known theme since this revision. Each merge is an event of the audit log, by the system. The
earlier spellings stay in it and in frozen versions, so a downgrade changes nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_CHALLENGE = sa.table("challenge", sa.column("id", sa.Integer), sa.column("theme_en"), sa.column("theme_fr"))
_EVENT = sa.table(
    "event",
    sa.column("at", sa.DateTime(timezone=True)),
    *(sa.column(name) for name in ("action", "actor_kind", "subject_kind", "subject_id")),
    sa.column("before", sa.JSON),
    sa.column("after", sa.JSON),
)
Theme = tuple[str, str]


def upgrade() -> None:
    connection = op.get_bind()
    rows = connection.execute(sa.select(_CHALLENGE).order_by(_CHALLENGE.c.id)).all()
    uses = Counter((row.theme_en, row.theme_fr) for row in rows)
    by_completeness = sorted(uses, key=lambda theme: (not all(theme), -uses[theme]))
    for theme in uses:
        chosen = next(other for other in by_completeness if _is_same(theme, other))
        if chosen == theme:
            continue
        changed = [row.id for row in rows if (row.theme_en, row.theme_fr) == theme]
        connection.execute(
            sa.update(_CHALLENGE).where(_CHALLENGE.c.id.in_(changed)).values(theme_en=chosen[0], theme_fr=chosen[1])
        )
        before, after = ({"theme": list(texts)} for texts in (theme, chosen))
        what = {"action": "theme.merged", "subject_kind": "challenge", "subject_id": changed[0]}
        connection.execute(
            sa.insert(_EVENT).values(at=datetime.now(UTC), actor_kind="system", before=before, after=after, **what)
        )


def downgrade() -> None:
    pass


def _is_same(theme: Theme, other: Theme) -> bool:
    """Whether both have the same name: in both languages, or in the only one in which one of them has a name."""
    pairs = [(_key(a), _key(b)) for a, b in zip(theme, other, strict=True) if a and b]
    return bool(pairs) and all(a == b for a, b in pairs)


def _key(text: str) -> str:
    plain = re.sub("[\u200b\u2060\ufeff\xad]", "", unicodedata.normalize("NFC", text))
    plain = re.sub("[\u2018\u2019\u02bc\u02b9\u2032\xb4`\uff07]", "'", plain)
    plain = re.sub("[\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d]", "-", plain)
    return unicodedata.normalize("NFC", " ".join(plain.casefold().split()))
