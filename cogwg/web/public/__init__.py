"""The public record: pages, feeds and data of what is published, the same for everyone.

It reaches publications and the settings of the site, nothing else. Names of endpoints of the data begin with "data", those of
the tracker with "tracker".
"""

from flask import Blueprint

blueprint = Blueprint("public", __name__)

from cogwg.web.public import (
    activity,
    briefings,
    comments,
    commitment,
    commitment_feeds,
    commitments,
    crawlers,
    data,
    engagement,
    feeds,
    jurisdictions,
    moderation,
    news,
    priority,
    publications,
    tracker,
    what_we_heard,
)
