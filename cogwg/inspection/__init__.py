"""The audit log in words: filters, names, values before and after, and the export. This package may import every package with
stored data.
"""
