"""The slides on a screen: presenting, printing, comments, and preview links of a draft."""

from flask import Blueprint

blueprint = Blueprint("presentation", __name__, url_prefix="/<any(en, fr):lang>")

from cogwg.web.briefings.presentation import comments, preview_links, views
