"""Run one embedded engine in the foreground, without the rest of the platform."""

import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from workers.engines.diffusion import server as diffusion
from workers.engines.llama_cpp import server as llama_cpp

DEFAULT_PORTS = {"llm": 11500, "diffusion": 11600}


class Command(BaseCommand):
    help = "Run an embedded engine in the foreground: the language model or the image engine. Stop it with Ctrl+C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("engine", choices=sorted(DEFAULT_PORTS))
        parser.add_argument("--port", type=int, help="default: 11500 for llm, 11600 for diffusion")
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--model", type=Path, help="llm: a GGUF file (default: ATHANOR_GGUF, else the shipped one)")
        parser.add_argument("--slots", type=int, default=4, help="llm: answers written at the same time")
        parser.add_argument("--ctx", type=int, default=0, help="llm: tokens for each slot (0: the model's own)")
        parser.add_argument("--threads", type=int, default=1, help="llm: of the processor")
        parser.add_argument("--pace", type=float, default=0.0, help="diffusion: seconds that a step takes at least")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        options["port"] = options["port"] or DEFAULT_PORTS[options["engine"]]
        code = _llm(options) if options["engine"] == "llm" else _diffusion(options)
        sys.stderr.flush()
        os._exit(code)  # native threads, or a picture in the making, would hold an ordinary exit


def _llm(options: dict[str, Any]) -> int:
    chosen = options["model"] or (Path(settings.GGUF) if settings.GGUF else None)
    model = chosen or llama_cpp.default_model_path()
    given = llama_cpp.Options(
        model=model,
        host=options["host"],
        port=options["port"],
        slots=options["slots"],
        context=options["ctx"],
        threads=options["threads"],
        alias=model.stem,
    )
    return llama_cpp.serve(given)


def _diffusion(options: dict[str, Any]) -> int:
    given = diffusion.Options(port=options["port"], host=options["host"], pace=options["pace"])
    return diffusion.serve(given)
