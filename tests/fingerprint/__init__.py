"""Fingerprint of everything the product exports; ``__main__`` says how to use it."""
