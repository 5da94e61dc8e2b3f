"""What the record tells people by mail: reminders, digests, and word of what somebody did; the outbox carries it."""
