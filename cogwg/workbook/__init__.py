"""Workbooks: reports and plans as .xlsx files that people can fill in offline and upload."""
