"""The outbox: emails that wait, are sent once, and are retried. It knows the recipient of an email, not its purpose."""
