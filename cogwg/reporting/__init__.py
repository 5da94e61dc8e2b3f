"""The quarterly record: periods, status reports with what was submitted of them, milestones and challenges."""
