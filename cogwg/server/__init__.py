"""The web server: one owner of a port, worker processes that are replaced, and requests that wait for a slot.

granian speaks HTTP; this package decides what a slow client, a signal and the death of a process mean.
"""
