"""Accounts: jurisdictions, the people who report for them, and sign-in. This package does not depend on the work plan."""
