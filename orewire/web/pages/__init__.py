"""The analysts' pages: one module a page, each asking the store and filling in a template; no rules of the field."""
