"""The Joint Councils briefing: a deck is composed from the plan and its reports, and renderers turn it into files and pages."""
