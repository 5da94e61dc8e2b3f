"""Basic types and services that every other package may import, from the database to the calendar and the scale of statuses.

Nothing here imports another package of the product.
"""
