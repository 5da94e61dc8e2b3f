"""The deck's slides as safe HTML, one fragment per slide. The preview, the presentation and the printed pages use the same
fragments.
"""

from __future__ import annotations

from cogwg.briefing.render.html.draw import RenderedSlide, render_slides, slide_names

__all__ = ["RenderedSlide", "render_slides", "slide_names"]
