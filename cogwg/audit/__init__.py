"""The audit log: who did what to which item, with the values before and after.

It stores ids and kinds, and imports no higher package.
"""
