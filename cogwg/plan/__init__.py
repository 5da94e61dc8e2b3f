"""The yearly plan: work plan, priorities, activities and who carries them. It knows no report."""
