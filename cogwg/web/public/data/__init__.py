"""The data page with its dictionary, the files under ``/data/``, and the read-only interface ``/v1/``."""

from cogwg.web.public.data import files, interface, pages
