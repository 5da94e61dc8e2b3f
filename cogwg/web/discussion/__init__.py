"""Code shared by the comment threads on activities and on draft slides."""
