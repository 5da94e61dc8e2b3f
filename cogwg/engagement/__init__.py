"""Engagement with the public: cycles of phases, comments, themes with their dispositions, and "What we heard".

What is public of it is a copy in the tables of the package ``tracker``.
"""
