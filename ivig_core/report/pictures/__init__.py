"""Figures as SVG, PNG and PDF, drawn by one browser that is started once."""
