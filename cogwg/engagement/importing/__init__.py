"""Import of comments that came another way than the form, from a CSV file."""
