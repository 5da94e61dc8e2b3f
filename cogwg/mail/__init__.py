"""The outbox: emails wait here until they are sent. Each is sent once; if sending fails, it is tried again.

It knows the recipient of an email, not its purpose.
"""
