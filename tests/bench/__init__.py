"""What the product costs, as ratios of processor time from one run: ``python -m tests.bench``."""
