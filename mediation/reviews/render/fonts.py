"""Type for papers: the fonts a house has licensed where it has them, free ones otherwise (DOMAIN.md 6.1).

仿宋_GB2312 and 小标宋 are proprietary. A folder with them is named by HEMU_FONTS (``settings.FONTS_DIR``); what is not
found there is set in Noto Serif SC and Noto Sans CJK, which come as packages.
"""

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import typst
from django.conf import settings

PACKAGES = ("pylopdf_fonts_zh_cn", "manimgx_fonts_cjk", "manimgx_fonts")
SERIF, SANS = "Noto Serif SC", "Noto Sans CJK SC"
OTHERS = ("Noto Sans", "Noto Sans Symbols", "Noto Emoji")
"""For signs the Chinese fonts lack."""

LICENSED = {
    "body": ("FangSong_GB2312", "仿宋_GB2312", "FZFangSong-Z02S", "方正仿宋_GBK", "FangSong", "仿宋", "STFangsong"),
    "title": ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "方正小标宋简体", "方正小标宋_GBK"),
    "kai": ("KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体", "STKaiti"),
    "black": ("SimHei", "黑体", "FZHei-B01S", "STHeiti"),
    "song": ("SimSun", "宋体", "NSimSun", "STSong"),
}
"""Names licensed fonts go by, the one the standard names first."""

FREE = {"body": SERIF, "title": SERIF, "kai": SERIF, "black": SANS, "song": SERIF}
STROKES = {"title": 0.018, "kai": 0.009}
"""How much a free font is thickened, in ems, to stand in for one that is heavier."""
WEIGHTS = {"black": 600}


@dataclass(frozen=True)
class Face:
    """How one kind of type is set: families by preference, a stroke in ems around them, a weight."""

    families: tuple[str, ...]
    stroke: float
    weight: int


@cache
def folders() -> tuple[str, ...]:
    """Return the folders fonts are read from; the house's own first."""
    own = [str(settings.FONTS_DIR)] if settings.FONTS_DIR else []
    specs = [find_spec(name) for name in PACKAGES]
    return (*own, *(str(Path(spec.origin).parent) for spec in specs if spec is not None and spec.origin))


@cache
def library() -> typst.Fonts:
    """Return the fonts, read once per process; the machine's own are left out, so that papers look alike anywhere."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=list(folders()))


@cache
def faces() -> dict[str, Face]:
    """Return how body, titles, kai, black and song are set here."""
    there = {family.lower(): family for family in library().families()}
    return {
        kind: _face(kind, [there[name.lower()] for name in LICENSED[kind] if name.lower() in there]) for kind in FREE
    }


def _face(kind: str, licensed: list[str]) -> Face:
    families = (*licensed[:1], FREE[kind], SANS, *OTHERS)
    if licensed:
        return Face(families, 0, 400)
    return Face(families, STROKES.get(kind, 0), WEIGHTS.get(kind, 400))
