"""Links on pages: which URLs may be links, and what is shown for a link whose label needs more than one line."""

from __future__ import annotations

from urllib.parse import urlsplit

from cogwg.briefing.deck import Reference
from cogwg.briefing.render import wording
from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.context import RenderContext
from cogwg.briefing.render.pages.page import ContentBox, text_box
from cogwg.briefing.render.pages.styles import Style
from cogwg.core.tables import xml_safe

_URL_LIMIT = 2_079


def web_address(url: str) -> str:
    """Return the URL if it may be a link (http, https or mailto, complete, and short enough); otherwise, an empty string."""
    if xml_safe(url) != url or len(url) > _URL_LIMIT or any(c.isspace() for c in url):
        return ""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    whole = parts.netloc if parts.scheme in ("http", "https") else parts.path if parts.scheme == "mailto" else ""
    return url if whole else ""


def link_box(link: Reference, context: RenderContext, style: Style, column_width: int) -> tuple[ContentBox, str]:
    """Return a box that shows the link by its label or URL, and the text to show beside the box.

    LibreOffice never wraps linked text, so a label that is wider than its column is shown beside a short link. A URL that may
    not be a link is shown as plain text.
    """
    address = web_address(link.url)
    label = context.translate(link.label)
    if not address:
        plain = xml_safe(link.url)
        return text_box(styles.BODY.indented(), "–"), f"{label} ({plain})" if label else plain
    text = label or address
    if context.fits_on_one_line(text, style, column_width):
        return text_box(style, text, url=address), ""
    return context.box(style, wording.OPEN_LINK, url=address), text
