"""The audit log: who did what to which item, before and after. It stores ids and kinds, and imports no higher package."""
