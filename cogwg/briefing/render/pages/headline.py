"""The lines above each page of a slide: the topic, the finding as its title, and the mark of a draft or sample data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from cogwg.briefing.render.pages import styles
from cogwg.briefing.render.pages.page import WIDTH, ContentBox, LaidOutPage, PageLine, text_box
from cogwg.briefing.render.pages.page_format import PageFormat
from cogwg.briefing.render.pages.styles import Style
from cogwg.briefing.render.sentences import finding_title

TITLE_STYLES = (styles.TITLE, styles.TITLE_LONG)
_TITLE_LINES, _LONG_TITLE_LINES = 2, 3
_ELLIPSIS_WIDTH, _MARK_MARGIN = 40, 10
_LEAST_TOPIC_WIDTH = WIDTH / 3
_SCREEN_TOPIC_HEIGHT, _SCREEN_TITLE_HEIGHT = 21.0, 72.0
"""Heights in points that keep the line below the title at the same position on all slides."""


@dataclass(frozen=True, slots=True)
class Headline:
    """The texts above a page: a small topic, the title, and the finding in full if it is too long for a title."""

    topic: str
    title: str
    finding: str = ""

    def continued(self, mark: str) -> Headline:
        """Return the headline of a page that continues the slide, with ``mark`` after the title."""
        return Headline(self.topic, f"{self.title} {mark}")


def headline(title: str, message: str, page_format: PageFormat) -> Headline:
    """Return a slide's finding (``message``) as the title, and the slide's own title as the topic above.

    If the finding needs more than two lines as a title, or the slide's title as a topic, the slide's title stays the title,
    and the finding is shown below it. A slide without a finding has only its title.
    """
    finding = finding_title(message)
    if not finding:
        return Headline("", title)
    if _title_style(finding, page_format) is not None and _fits(title, styles.TOPIC, page_format):
        return Headline(title, finding)
    return Headline("", title, message)


def slide_frame(texts: Headline, page_format: PageFormat, *, mark: str, columns: Sequence[int]) -> tuple[PageLine, ...]:
    """Return the first lines of a slide: the topic and the mark of a draft or sample data, then the title with the line below
    it.

    On paper, a title without a topic comes before the mark, so that the first cell of every sheet names the slide. A title
    that is too long is shortened; ``opening_lines`` returns it in full.
    """
    title = PageLine({0: replace(_title_box(texts.title, page_format), span=len(columns))}, padding=7.5)
    topic_lines = _topic_lines(texts.topic, mark, page_format, columns)
    if page_format.is_screen:
        title = replace(title, min_height=_SCREEN_TITLE_HEIGHT)
        topic_lines = topic_lines or (PageLine({}, min_height=_SCREEN_TOPIC_HEIGHT),)
    gap = PageLine({}, min_height=4.5, padding=0)
    return (*topic_lines, title, gap) if texts.topic or page_format.is_screen else (title, *topic_lines, gap)


def _topic_lines(topic: str, mark: str, page_format: PageFormat, columns: Sequence[int]) -> tuple[PageLine, ...]:
    """Return the topic and the mark side by side or, if the columns leave too little space, one below the other."""
    span = len(columns)
    topic_box, mark_box = text_box(styles.TOPIC, topic), text_box(styles.MARK, mark)
    if topic and mark:
        needed = page_format.column_width(mark, styles.MARK.size, indent=0) + _MARK_MARGIN
        at = next((n for n in range(span - 1, 0, -1) if sum(columns[n:]) >= needed), 0)
        if at and sum(columns[:at]) >= _LEAST_TOPIC_WIDTH:
            boxes = {0: replace(topic_box, span=at), at: replace(mark_box, span=span - at)}
            return (PageLine(boxes, padding=3),)
    return tuple(PageLine({0: replace(box, span=span)}, padding=3) for box in (topic_box, mark_box) if box.paras)


def opening_lines(texts: Headline, page_format: PageFormat, span: int) -> tuple[PageLine, ...]:
    """Return the first lines of the body: the full title if ``slide_frame`` shortened it, and a finding that is too long for a
    title.
    """
    lines = []
    if _title_box(texts.title, page_format).text != texts.title:
        lines.append(PageLine({0: text_box(styles.PAIR_TEXT, texts.title, span=span)}, can_break=True))
    if texts.finding:
        lines.append(PageLine({0: text_box(styles.MESSAGE, texts.finding, span=span)}, can_break=True))
    return tuple(lines)


def merge_frames(first: Sequence[PageLine], second: Sequence[PageLine], first_column: int) -> tuple[PageLine, ...]:
    """Return the lines of two frames side by side; the second frame begins at ``first_column``, which is on the sheet's second
    page.
    """
    merged = zip_longest(first, second, fillvalue=PageLine({}, padding=0))
    return tuple(
        replace(line, boxes={**line.boxes, **{n + first_column: box for n, box in other.boxes.items()}})
        for line, other in merged
    )


def _title_style(title: str, page_format: PageFormat) -> Style | None:
    """Return the largest style in which a title fits on two lines; None if it fits in none."""
    return next((style for style in (styles.TITLE, styles.TITLE_LONG) if _fits(title, style, page_format)), None)


def _fits(text: str, style: Style, page_format: PageFormat) -> bool:
    """Return whether a text fits on two lines."""
    line_height = page_format.height_of(text_box(style, "x"), WIDTH)
    return page_format.height_of(text_box(style, text), WIDTH) <= _TITLE_LINES * line_height


def _title_box(title: str, page_format: PageFormat) -> ContentBox:
    """Return the title in the largest type size in which it fits on two lines; if it fits in none, shortened to three lines."""
    style = _title_style(title, page_format)
    if style is not None:
        return text_box(style, title)
    long = text_box(page_format.style(styles.TITLE_LONG), title)
    return replace(shorten_box(long, page_format.width, _LONG_TITLE_LINES), style=styles.TITLE_LONG)


def shorten_box(box: ContentBox, width: int, max_lines: int) -> ContentBox:
    """Return a box of one paragraph, shortened to ``max_lines`` lines and ending with "…" if it is longer."""
    max_height = max_lines * text_box(box.style, "x").height(width)
    if box.height(width) <= max_height:
        return box
    fitting, _ = box.split(width - _ELLIPSIS_WIDTH, max_height)
    return replace(box, paras=(replace(box.paras[0], text=f"{fitting.text.rstrip()} …"),))


def title_position(page: LaidOutPage) -> int:
    """Return the index of the line with the page's title."""
    for at, (line, _) in enumerate(page.lines):
        if any(box.style.is_named_like(style) for box in line.boxes.values() for style in TITLE_STYLES):
            return at
    return 0
