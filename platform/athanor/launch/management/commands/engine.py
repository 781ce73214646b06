"""Run one embedded engine in the foreground, without the rest of the platform."""

import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from workers.engines.llama_cpp.server import Options, default_model_path, serve

DEFAULT_PORT = 11500


class Command(BaseCommand):
    help = "Run an embedded engine in the foreground: the language model (llm). Stop it with Ctrl+C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("engine", choices=["llm"])
        parser.add_argument("--port", type=int, default=DEFAULT_PORT)
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--model", type=Path, help="a GGUF file (default: ATHANOR_GGUF, else the shipped model)")
        parser.add_argument("--slots", type=int, default=4, help="answers written at the same time")
        parser.add_argument("--ctx", type=int, default=0, help="tokens for each slot (0: the model's own)")
        parser.add_argument("--threads", type=int, default=1)

    def handle(self, *_arguments: Any, **options: Any) -> None:
        chosen = options["model"] or (Path(settings.GGUF) if settings.GGUF else None)
        model = chosen or default_model_path()
        given = Options(
            model=model,
            host=options["host"],
            port=options["port"],
            slots=options["slots"],
            context=options["ctx"],
            threads=options["threads"],
            alias=model.stem,
        )
        code = serve(given)
        sys.stderr.flush()
        os._exit(code)  # the native server's threads would hold an ordinary exit
