"""Comments on pages: on activities and on the slides of a draft."""
