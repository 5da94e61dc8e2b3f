"""Comments between members about an activity: never public, never in a deck."""
