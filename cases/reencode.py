"""Run as a program by ``cases.files``: draws a picture anew, from standard input to standard output.

It imports nothing of the house, starts with an empty environment, and takes limits on memory and time upon itself
before it looks at a single byte. Exit code 3: too many pixels; any other but 0: not a picture it can read.
"""

import io
import resource
import sys
import warnings

MEMORY = 768 * 1024 * 1024
SECONDS = 10
PIXELS = 40_000_000
"""Checked on the header, before anything is decoded (RELIABILITY.md rule 19)."""
LONGEST_SIDE = 4096
"""What is kept at most: enough to read a document on a photo."""
TOO_MANY_PIXELS = 3


def limit_myself() -> None:
    """Take the limits on address space and processor time, and give up the right to write any file."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def draw_anew(content: bytes, kind: str) -> bytes:
    """Return the same picture with nothing but its pixels: no EXIF, XMP, profile, comment, thumbnail or trailer.

    The orientation is applied first, so that a portrait stays upright. Raises OverflowError for too many pixels.
    """
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = PIXELS
    with Image.open(io.BytesIO(content), formats=[kind]) as image:
        if image.width * image.height > PIXELS:
            raise OverflowError
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(image)
        has_alpha = "A" in upright.getbands() or "transparency" in upright.info
        mode = "RGBA" if has_alpha and kind != "JPEG" else "RGB"
        plain = upright.convert(mode)
        plain.info = {}
    clean = Image.new(mode, plain.size)
    clean.paste(plain)
    out = io.BytesIO()
    clean.save(out, kind, **({"quality": 88} if kind != "PNG" else {}))
    return out.getvalue()


def main() -> int:
    """Read, draw, write; return the exit code."""
    limit_myself()
    from PIL import Image

    warnings.simplefilter("error", Image.DecompressionBombWarning)
    content = sys.stdin.buffer.read()
    try:
        drawn = draw_anew(content, sys.argv[1])
    except (OverflowError, Image.DecompressionBombWarning, Image.DecompressionBombError):
        return TOO_MANY_PIXELS
    sys.stdout.buffer.write(drawn)
    sys.stdout.buffer.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
