"""The slides on a screen: presenting, printing, comments, preview links of a draft, and links to a version."""

from flask import Blueprint

blueprint = Blueprint("presentation", __name__, url_prefix="/<any(en, fr):lang>")

from cogwg.web.briefings.presentation import comments, preview_links, version_links, views
