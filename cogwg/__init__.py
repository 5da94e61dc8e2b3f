"""The work-plan tracker of the Canada Open Government Working Group.

The jurisdictions follow a common plan, and report on it each quarter. Briefings present the reports, and every change is
recorded in the audit log. The application factory is ``cogwg.app.create_app``; rules can be imported without Flask.
"""

import os

# openpyxl reads this once, when it is first imported. With this value, the same XML library writes workbooks whether or not
# lxml is installed.
os.environ.setdefault("OPENPYXL_LXML", "False")

__version__ = "0.1.0"
