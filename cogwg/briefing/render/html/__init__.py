"""The deck's slides as safe HTML, one fragment a slide: the same for the preview, the screen of a meeting and print."""

from __future__ import annotations

from cogwg.briefing.render.html.draw import Rendered, slides

__all__ = ["Rendered", "slides"]
