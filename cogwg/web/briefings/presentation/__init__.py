"""The slides on a screen: presenting, printing, comments, and links that share a draft."""

from flask import Blueprint

blueprint = Blueprint("presentation", __name__, url_prefix="/<any(en, fr):lang>")

from cogwg.web.briefings.presentation import comments, share_links, views
