"""Labelled groups of reports, and the weights of resolution that are learned from them; not in the installed package."""
