"""Databases of earlier releases, kept as test data: every later release must open and read them."""
