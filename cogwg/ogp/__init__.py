"""Commitments of Canada to the Open Government Partnership (OGP): action plans, commitments, indicators and assessments.

Commitments are linked to the priorities and activities that serve them. Self-assessments and other assessments are kept side
by side; none replaces another.
"""
