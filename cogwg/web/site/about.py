"""Who runs the site, how it treats personal data, and how to reach the group. What differs between hosts is a setting."""

from __future__ import annotations

from flask import render_template

from cogwg.core.comment_retention import INFORMATION_BANK, MONTHS_KEPT
from cogwg.web.auth.access import public
from cogwg.web.http import site_settings
from cogwg.web.site import blueprint


@blueprint.get("/<any(en, fr):lang>/about")
@public
def about(lang: str) -> str:
    """Explain what the group and this site are, how statuses are chosen or calculated, and the licence of the texts."""
    return render_template("site/about.html", settings=site_settings.site_settings())


@blueprint.get("/<any(en, fr):lang>/privacy")
@public
def privacy(lang: str) -> str:
    """Explain which personal data the site holds about visitors and members."""
    return render_template("site/privacy.html", bank=INFORMATION_BANK.text(lang), months=MONTHS_KEPT)


@blueprint.get("/<any(en, fr):lang>/contact")
@public
def contact(lang: str) -> str:
    """Show how to reach the group."""
    return render_template("site/contact.html")
