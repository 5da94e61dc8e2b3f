"""What the comment threads of activities and of the slides of a draft share."""
