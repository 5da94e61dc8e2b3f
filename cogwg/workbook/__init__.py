"""The workbook of the round trip: reports and plans as .xlsx files that people fill in offline and upload again."""
