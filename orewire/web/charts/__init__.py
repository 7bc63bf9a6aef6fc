"""Pictures for pages: Vega-Lite written in Python, drawn to SVG by the server; they know no page and no rules."""
