"""Pages with slides: presenting and printing them, commenting on them, and sharing a draft or a version by a link."""

from flask import Blueprint

blueprint = Blueprint("presentation", __name__, url_prefix="/<any(en, fr):lang>")

from cogwg.web.briefings.presentation import comments, decisions, preview_links, version_links, views
