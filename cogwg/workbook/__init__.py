"""Workbooks: reports and plans as .xlsx files that people fill in offline and upload again."""
