"""The open data: what is published as datasets with a dictionary, in files and in a catalogue.

``datasets`` declares each dataset in a module of its own; ``files`` writes rows as CSV, JSON and workbooks; ``metadata``
describes the files for programs (CSVW, data packages), ``catalogue`` the whole in DCAT, ``interface`` the answers of ``/v1/``.
"""
