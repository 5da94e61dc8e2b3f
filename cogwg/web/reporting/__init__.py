"""The pages of quarterly reporting: My updates, the submission of a quarter's reports, and receipts."""

from flask import Blueprint

blueprint = Blueprint("reporting", __name__, url_prefix="/<any(en, fr):lang>")

from cogwg.web.reporting import answer, receipts, submit, updates
