"""Quarterly reporting: periods, status reports and their submissions, milestones and challenges."""
