"""Engagement with the public: cycles of phases, comments, themes with their dispositions, and "What we heard".

Only copies are public, in the tables of the package ``tracker``.
"""
