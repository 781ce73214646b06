"""One prompt and seed over steps and guidance, as one labelled picture."""

from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from workers.backends.requests import ImageRequest
from workers.engines.diffusion.engine import picture

STEPS = (1, 2, 4, 8, 20)
SCALES = (0.0, 1.0, 2.0, 4.0, 7.0, 12.0)
MARGIN = 24  # pixels, for the labels
SMALL = 128  # pixels of a cell


def grid(
    request: ImageRequest, seed: int, steps: Sequence[int] = STEPS, scales: Sequence[float] = SCALES
) -> Image.Image:
    """Rows are steps, columns are CFG scales; each cell was drawn at the request's size and is shown smaller."""
    cell = SMALL, SMALL * request.height // request.width
    whole = Image.new("RGB", (MARGIN * 2 + cell[0] * len(scales), MARGIN + cell[1] * len(steps)), (255, 255, 255))
    for row, count in enumerate(steps):
        for column, scale in enumerate(scales):
            one = picture(request.model_copy(update={"steps": count, "cfg_scale": scale}), seed)
            whole.paste(one.resize(cell, Image.Resampling.LANCZOS), _corner(column, row, cell))
    _label(whole, steps, scales, cell)
    return whole


def _corner(column: int, row: int, cell: tuple[int, int]) -> tuple[int, int]:
    return MARGIN * 2 + column * cell[0], MARGIN + row * cell[1]


def _label(whole: Image.Image, steps: Sequence[int], scales: Sequence[float], cell: tuple[int, int]) -> None:
    draw, font = ImageDraw.Draw(whole), ImageFont.load_default(13)
    for column, scale in enumerate(scales):
        x, _ = _corner(column, 0, cell)
        draw.text((x + cell[0] / 2, MARGIN / 2), f"CFG {scale:g}", (20, 20, 20), font, "mm")
    for row, count in enumerate(steps):
        _, y = _corner(0, row, cell)
        draw.text((MARGIN, y + cell[1] / 2), f"{count}\nstep{'s' * (count > 1)}", (20, 20, 20), font, "mm")
