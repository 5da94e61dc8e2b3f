"""Tests of the pages of the workbook round trip."""
