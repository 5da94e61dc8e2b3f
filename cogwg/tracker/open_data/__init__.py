"""The open data: what is published, as datasets with a data dictionary, files and a catalogue.

``datasets`` declares each dataset in its own module, and ``files`` writes rows as CSV, JSON and workbooks. ``metadata`` has
the machine-readable descriptions of the files (CSVW, data packages), ``catalogue`` the catalogue in DCAT, and ``interface``
the responses of ``/v1/``.
"""
