"""The public record: copies of quarters, briefings, commitments, engagement and comments, made when they are published.

Later changes to the record do not change a copy. ``copying`` makes copies from the record. ``values``, ``storing``,
``published`` and everything built on them use no other package of the record.
"""
