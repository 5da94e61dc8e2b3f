"""The emails that the product writes: reminders, digests and notices of events. The outbox sends them."""
