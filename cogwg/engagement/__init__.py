"""Engagement with the public: cycles and their phases, comments, themes and their dispositions, and "What we heard".

Readers see only published copies, which are in the tables of the package ``tracker``.
"""
