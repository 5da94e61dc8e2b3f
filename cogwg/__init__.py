"""The work-plan tracker of the Canada Open Government Working Group.

People report for jurisdictions; together they follow a plan; each quarter they report on it; briefings present the reports;
every change is recorded in the audit log. The application factory is ``cogwg.app.create_app``: importing a rule never
imports Flask.
"""

import os

# openpyxl asks once, when it is first imported: workbooks are written by the same XML library whatever else is installed.
os.environ.setdefault("OPENPYXL_LXML", "False")

__version__ = "0.1.0"
