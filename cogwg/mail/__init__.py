"""The outbox: letters that wait, are sent once, and are tried again; it knows who gets one, not why."""
