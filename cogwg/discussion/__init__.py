"""Members' comments on activities, and the code that comments on slides share with them.

Comments are never public and never in a deck.
"""
