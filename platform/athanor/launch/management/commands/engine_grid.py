"""Draw the grid of steps and guidance that the documentation shows."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from workers.backends.requests import ImageRequest
from workers.engines.diffusion.grid import grid
from workers.engines.diffusion.samplers import SAMPLERS


class Command(BaseCommand):
    help = "Let the embedded image engine draw one prompt with several steps and CFG scales, into one file."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--prompt", default="sunset over the sea with a boat")
        parser.add_argument("--negative", default="")
        parser.add_argument("--seed", type=int, default=5)
        parser.add_argument("--sampler", choices=sorted(SAMPLERS), default="Euler a")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        asked = ImageRequest(
            prompt=options["prompt"], negative_prompt=options["negative"], sampler=options["sampler"], width=256,
            height=256,
        )  # fmt: skip
        made = grid(asked, options["seed"])
        try:
            made.save(options["file"], quality=85, optimize=True)
        except (OSError, ValueError) as error:
            raise CommandError(f"{options['file']} cannot be written: {error}") from error
        self.stdout.write(f"{options['file']}: {made.width} × {made.height} pixels")
