"""The deck's slides as safe HTML, one fragment a slide: the same for the preview, the screen of a meeting and print."""

from __future__ import annotations

from cogwg.briefing.render.html.draw import RenderedSlide, render_slides

__all__ = ["RenderedSlide", "render_slides"]
