"""Import of comments from channels other than the form, from a CSV file."""
