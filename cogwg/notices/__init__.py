"""The emails the product writes: reminders, digests and notices of events; the outbox sends them."""
