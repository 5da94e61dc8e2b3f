"""The web server: a supervisor owns the port, starts worker processes and replaces those that die.

A worker answers only a few requests at once; the others wait for a free slot. granian handles HTTP. This package decides what
happens when a client is slow, a signal arrives or a process dies.
"""
