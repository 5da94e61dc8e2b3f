"""The outbox: emails wait here until they are sent. Each is sent once; if sending fails, it is tried again.

This package knows the recipient of an email, but not what the email is about.
"""
