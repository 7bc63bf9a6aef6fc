"""Labelled groups of reports, and the weights of resolution learned from them. Not in the installed package."""
