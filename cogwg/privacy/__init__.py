"""What the product stores about a person, for that person, and the removal of their identifiers after they left.

It stands above the packages whose tables hold data of people.
"""
