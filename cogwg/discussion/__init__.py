"""Members' comments on activities, and the code shared with comments on slides.

Comments are never public and never in a deck.
"""
