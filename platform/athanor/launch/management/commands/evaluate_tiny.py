"""Measure the embedded language model on its held-out test split, through the real server."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from workers.engines.llama_cpp.corpus.split import Split
from workers.engines.llama_cpp.evaluation import as_json, evaluate, table_head, table_line, target_lines
from workers.engines.llama_cpp.process import EngineNotStartedError, running_server


class Command(BaseCommand):
    help = "Print the accuracy of the embedded model on conversations that its training never saw, as a Markdown table."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--count", type=int, default=200, help="examples in each row")
        parser.add_argument("--seed", type=int, default=7)
        parser.add_argument("--split", choices=[each.value for each in Split], default=Split.TEST.value)
        parser.add_argument("--model", type=Path, help="another GGUF file than the shipped one")
        parser.add_argument("--url", help="a server that runs already")
        parser.add_argument("--json", action="store_true", help="print JSON instead of the table")

    def handle(self, *_arguments: Any, **options: Any) -> None:
        if options["url"]:
            self._measure(options["url"], options)
            return
        try:
            with running_server(options["model"], slots=1) as url:
                self._measure(url, options)
        except EngineNotStartedError as error:
            raise CommandError(str(error)) from error

    def _measure(self, url: str, options: dict[str, Any]) -> None:
        measured = evaluate(url, count=options["count"], split=Split(options["split"]), seed=options["seed"])
        if options["json"]:
            self.stdout.write(as_json(list(measured)))
            return
        rows = []
        self.stdout.write(table_head())
        for row in measured:
            rows.append(row)
            self.stdout.write(table_line(row))
            self.stdout.flush()
        self.stdout.write("")
        for line in target_lines(rows):
            self.stdout.write(line)
