"""Basic types and services that every other package may import, from the database to the calendar and the scale of statuses.

This package imports no other package of the product.
"""
