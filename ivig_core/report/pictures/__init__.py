"""Figures as SVG, PNG and PDF, drawn by one browser that is started once."""

from ivig_core.report.pictures.pictures import Picture, available, draw, draw_pdf, print_pdf
from ivig_core.report.pictures.server import PicturesError

__all__ = ["Picture", "PicturesError", "available", "draw", "draw_pdf", "print_pdf"]
