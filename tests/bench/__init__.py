"""The cost of the product, as ratios of processor time from one run: ``python -m tests.bench``."""
