"""Commitments of Canada to the Open Government Partnership (OGP): action plans, commitments, indicators and assessments.

Commitments are linked to the priorities and activities that contribute to them. All assessments are kept: none replaces
another.
"""
