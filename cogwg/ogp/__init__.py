"""Commitments of Canada to the Open Government Partnership (OGP): action plans, commitments, indicators and assessments.

Commitments are linked to the priorities and activities that serve them. Self-assessments and assessments of others stand beside
each other; none replaces another.
"""
