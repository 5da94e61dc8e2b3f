"""The browser's door: views, forms and pages. It parses, calls one service, and renders."""
