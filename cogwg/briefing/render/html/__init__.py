"""The deck's slides as safe HTML, one fragment per slide: the same for the preview, presenting and print."""

from __future__ import annotations

from cogwg.briefing.render.html.draw import RenderedSlide, render_slides

__all__ = ["RenderedSlide", "render_slides"]
