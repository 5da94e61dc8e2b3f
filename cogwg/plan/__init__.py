"""The yearly plan: work plan, priorities, activities and their leads and partners. This package does not depend on reports."""
