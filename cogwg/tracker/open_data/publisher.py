"""Who publishes the data and under which licence, from the settings of the site."""

from __future__ import annotations

from dataclasses import dataclass

from cogwg.core.bilingual import Bilingual
from cogwg.core.settings import SiteSettings


@dataclass(frozen=True, slots=True)
class Publisher:
    """The site's URL, and what its data says about the owner and the licence.

    The English URL of the licence identifies the licence in catalogues. ``contact`` is an email address or another text, or
    empty.
    """

    site: str
    owner: Bilingual
    jurisdiction: Bilingual
    licence_id: str
    licence: Bilingual
    licence_url: Bilingual
    contact: str

    @classmethod
    def from_settings(cls, chosen: SiteSettings, site: str) -> Publisher:
        """Return the publisher according to the settings of the site."""
        return cls(
            site, chosen.owner, chosen.jurisdiction, chosen.licence_id, chosen.licence, chosen.licence_url, chosen.contact
        )
