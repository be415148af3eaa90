"""A presentation: slides with pictures that stay sharp and tables that can be edited."""

from ivig_core.report.pptx.template import TemplateError
from ivig_core.report.pptx.write import write_pptx

__all__ = ["TemplateError", "write_pptx"]
