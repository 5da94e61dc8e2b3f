"""The outbox: emails wait here until they are sent. Each is sent once; if sending fails, it is tried again.

This package does not depend on what an email is about.
"""
