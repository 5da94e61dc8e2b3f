"""The audit log in words: filters, names, values before and after, and the export. It sees every part of the record."""
