"""The web server: one process owns the port, worker processes that die are replaced, and requests wait for a slot.

granian handles HTTP; this package decides what happens when a client is slow, a signal arrives or a process dies.
"""
