"""Forms for comments from the public and the pages of their private links, for people without an account.

They read no session and set no cookie. Instead of a CSRF token, their forms have a signed stamp: see ``stamps``. Of the areas
that everyone can open, only this one uses the record of engagement.
"""

from flask import Blueprint

blueprint = Blueprint("engagement", __name__, url_prefix="/<any(en, fr):lang>")

from cogwg.web.engagement import private_changes, private_page, sending
