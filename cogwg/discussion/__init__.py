"""What members say to each other about an activity: never public, never in a deck."""
