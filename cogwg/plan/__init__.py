"""The yearly plan: work plan, priorities, activities and their leads and partners. Nothing here depends on reports."""
