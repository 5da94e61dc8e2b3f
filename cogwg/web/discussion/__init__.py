"""What comment threads on activities and on the slides of a draft have in common."""
