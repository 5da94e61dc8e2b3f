"""The work-plan tracker of the Canada Open Government Working Group.

People answer for jurisdictions; together they hold a plan; each quarter they report on it; the record is
briefed; every change leaves a trace. The factory is ``cogwg.app.create_app``: importing a rule never boots Flask.
"""

import os

# openpyxl asks once, when it is first imported: workbooks are written by the same XML library whatever else is installed.
os.environ.setdefault("OPENPYXL_LXML", "False")

__version__ = "0.1.0"
