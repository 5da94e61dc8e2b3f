"""Members' comments on activities, and what comments on slides have in common with them.

Comments are never public and never in a deck.
"""
