"""News: jurisdictions' milestones and challenges, written in either language and translated afterwards."""
