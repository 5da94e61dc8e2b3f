"""Accounts: jurisdictions, the people who report for them, and sign-in. Nothing here depends on the work plan."""
