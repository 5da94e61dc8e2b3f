"""The Joint Councils briefing: a deck composed from the plan and its reports, which renderers turn into files and pages."""
