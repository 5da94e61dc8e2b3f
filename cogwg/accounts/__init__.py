"""Who takes part: jurisdictions, the people who answer for them, and how they sign in. It knows no plan."""
