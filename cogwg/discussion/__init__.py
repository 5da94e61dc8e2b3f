"""Comments between members: on activities, and what comments on slides share with them. Never public, never in a deck."""
