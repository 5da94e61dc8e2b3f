"""The steps of preparing a briefing, one page for each."""

from flask import Blueprint

blueprint = Blueprint("editor", __name__, url_prefix="/<any(en, fr):lang>")

from cogwg.web.briefings.editor import changes, deletion, meeting, news, next_steps, priorities, slides, undo
