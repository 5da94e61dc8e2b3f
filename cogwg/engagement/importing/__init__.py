"""Import of comments from other channels than the form, from a CSV file."""
