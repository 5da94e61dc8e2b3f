"""Who publishes the data and under which licence, as the host of the site sets it."""

from __future__ import annotations

from dataclasses import dataclass, field

from cogwg.core.bilingual import Bilingual
from cogwg.core.group import GROUP_NAME

OPEN_GOVERNMENT_LICENCE = "ca-ogl-lgo"
"""The id of the Open Government Licence – Canada, as open.canada.ca writes it."""


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence with its id, name and web addresses in both languages. ``url`` identifies it in catalogues."""

    id: str
    name: Bilingual
    url: Bilingual


CANADA_LICENCE = Licence(
    OPEN_GOVERNMENT_LICENCE,
    Bilingual("Open Government Licence – Canada", "Licence du gouvernement ouvert – Canada"),
    Bilingual(
        "https://open.canada.ca/en/open-government-licence-canada",
        "https://ouvert.canada.ca/fr/licence-du-gouvernement-ouvert-canada",
    ),
)


@dataclass(frozen=True, slots=True)
class Publisher:
    """The site's address, and who publishes. ``contact`` is an email address, a web address or another text."""

    site: str
    owner: Bilingual = GROUP_NAME
    licence: Licence = field(default=CANADA_LICENCE)
    jurisdiction: Bilingual = field(default=Bilingual("Canada", "Canada"))
    contact: str = ""
