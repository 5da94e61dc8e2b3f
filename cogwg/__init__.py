"""The work-plan tracker of the Canada Open Government Working Group.

People report for jurisdictions; together they follow a plan; each quarter they report on it; briefings present the reports;
every change is recorded in the audit log. The application factory is ``cogwg.app.create_app``: importing a rule never
starts Flask.
"""

import os

# openpyxl reads this once, when first imported: the same XML library writes workbooks, whatever else is installed.
os.environ.setdefault("OPENPYXL_LXML", "False")

__version__ = "0.1.0"
