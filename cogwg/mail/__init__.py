"""The outbox: emails wait here until they are sent, each once, and are tried again if sending fails.

It knows the recipient of an email, not its purpose.
"""
