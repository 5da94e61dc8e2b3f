"""Quarterly reporting: quarters, status reports and their submissions, partners' notes, milestones and challenges."""
