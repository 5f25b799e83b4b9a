"""Measures of the page: GB/T 9704 for official papers, a closer setting for sheets of the house (DOMAIN.md 6.1).

Lengths are in points unless their name says millimetres; one Chinese point size is one em.
"""

from dataclasses import dataclass

from mediation.reviews.outline import Form

MM = 72 / 25.4


@dataclass(frozen=True)
class Page:
    """A4 upright with its margins, and how its body is set. ``lines`` × ``characters`` fill the type area."""

    top_mm: float
    bottom_mm: float
    left_mm: float
    right_mm: float
    size: float
    lines: int
    characters: int
    title_size: float
    table_sizes: tuple[float, ...]
    """Sizes tables are tried in, largest first."""
    note_size: float

    WIDTH_MM = 210.0
    HEIGHT_MM = 297.0

    @property
    def width(self) -> float:
        """Width of the type area."""
        return (self.WIDTH_MM - self.left_mm - self.right_mm) * MM

    @property
    def height(self) -> float:
        """Height of the type area; the width of it, when the page lies on its side."""
        return (self.HEIGHT_MM - self.top_mm - self.bottom_mm) * MM

    @property
    def pitch(self) -> float:
        """From line to line."""
        return self.height / self.lines

    @property
    def advance(self) -> float:
        """From character to character."""
        return self.width / self.characters


OFFICIAL = Page(37, 35, 28, 26, 16, 22, 28, 22, (10.5, 9), 14)
"""The type area is 156 × 225 mm: 22 lines of 28 characters of 3号 (16 pt)."""

HOUSE = Page(18, 18, 20, 18, 10.5, 42, 46, 18, (9, 8), 9)
"""One page for the house: 五号 (10.5 pt)."""


def page_of(form: Form) -> Page:
    """Return the page a form is set on."""
    return HOUSE if form is Form.SHEET else OFFICIAL
