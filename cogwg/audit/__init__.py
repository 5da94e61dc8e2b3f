"""The audit log: who did what to which item, with the values before and after.

It refers to people and items by their kind and id, so that it need not import the packages they belong to.
"""
