"""The emails of the product: reminders, digests and notices of events. They are sent through the outbox."""
