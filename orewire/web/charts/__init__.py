"""Pictures for pages: Vega-Lite written in Python and drawn to SVG by the server; they know nothing of the store."""
