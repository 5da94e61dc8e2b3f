"""The pages about milestones and challenges, and the pages to translate them and reports."""

from flask import Blueprint

blueprint = Blueprint("news", __name__, url_prefix="/<any(en, fr):lang>")

from cogwg.web.news import challenges, themes, translation_orders, translations, views
