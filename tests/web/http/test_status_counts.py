"""The sentence with the counts of a plan's activities."""

from __future__ import annotations

import pytest
from markupsafe import Markup

from cogwg.reporting.status_counts import StatusCounts
from cogwg.web.http.status_counts import counts_sentence
from tests.web_client import App


@pytest.mark.parametrize(
    ("counts", "en", "fr"),
    [
        ((21, 0, 5, 0, 0, 16), "5 activities are overdue and 16 are not yet due.", "5 activités sont en retard et 16 ne"),
        ((21, 0, 0, 1, 3, 0), "1 activity is due in 3 days.", "1 activité arrive à échéance dans 3 jours."),
        ((21, 0, 0, 2, 0, 0), "2 activities are due today.", "2 activités arrivent à échéance aujourd’hui."),
        (
            (21, 2, 1, 1, 1, 1),
            "2 of 21 activities are complete, 1 is overdue, 1 is due in 1 day and 1 is not",
            "2 activités sur 21",
        ),
        ((0, 0, 0, 0, 0, 0), "", ""),
    ],
)
def test_first_count_has_the_noun_and_zeros_are_left_out(app: App, counts: tuple[int, ...], en: str, fr: str) -> None:
    for lang, words in (("en", en), ("fr", fr)):
        with app.flask.test_request_context(f"/{lang}/"):
            app.flask.preprocess_request()
            sentence = Markup(counts_sentence(StatusCounts(*counts))).striptags().replace("\u00a0", " ")
        assert sentence.startswith(words)
        assert sentence == words == "" or sentence.endswith(".")
