"""A bad day: every fault that the product must survive, as one run that writes ``docs/reference/bad-day.md``."""
