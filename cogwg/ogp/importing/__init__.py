"""Imports of commitments from CSV files: a country's list, and the federal tracker's published files of two action plans."""
