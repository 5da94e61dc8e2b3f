"""What the product stores about a person, for that person, and the removal of their identifiers after they left.

It may import the packages whose tables hold data about people; they do not import it.
"""
