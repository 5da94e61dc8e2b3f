"""Comments as the areas that have them show them: on activities and on the slides of a draft."""
