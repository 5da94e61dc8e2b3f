"""An engagement cycle with two phases, for tests."""

from __future__ import annotations

from datetime import UTC, date, datetime

from cogwg.core.bilingual import Bilingual
from cogwg.engagement.facts import CycleFacts, DocumentFacts, PhaseFacts
from cogwg.engagement.scales import Channel

AT = datetime(2020, 6, 1, 16, tzinfo=UTC)
SHAPING = PhaseFacts(
    "shaping",
    Bilingual("Shaping", "Élaboration"),
    date(2020, 4, 1),
    date(2020, 6, 30),
    when=Bilingual("April to June 2020", "D’avril à juin 2020"),
    asked=Bilingual("What should be in the plan?", "Que devrait contenir le plan?"),
    channels=(Channel.ONLINE, Channel.WEBINAR),
    documents=(DocumentFacts("https://example.ca/guide", Bilingual("Guide", "Guide")),),
    takes_comments=True,
)
DRAFTING = PhaseFacts("drafting", Bilingual("Drafting", "Rédaction"), date(2020, 6, 1))
CYCLE = CycleFacts(
    "sixth-plan",
    Bilingual("The sixth plan", "Le sixième plan"),
    throughout=(Bilingual("Email at any time", "Des courriels en tout temps"),),
    phases=(SHAPING, DRAFTING),
)
