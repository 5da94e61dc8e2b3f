"""The settings that the secretariat changes in the site, such as who hosts it and when reminders are sent."""
