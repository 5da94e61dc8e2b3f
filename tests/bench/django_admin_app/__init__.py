"""A Django application with the activities of the bench, listed by its admin."""
