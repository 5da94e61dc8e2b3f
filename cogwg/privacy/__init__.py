"""Access to the data that the product stores about a person, and the removal of their name and email address after they left.

This package may import the packages whose tables hold data about people; they do not import it.
"""
