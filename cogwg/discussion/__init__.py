"""Members' comments on activities, and what comments on slides share with them.

Comments are never public and never in a deck.
"""
