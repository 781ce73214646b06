"""Register the model servers that the environment names (OLLAMA_HOST)."""

from typing import Any

from django.core.management.base import BaseCommand

from athanor.launch import model_servers


class Command(BaseCommand):
    help = "Register the Ollama that OLLAMA_HOST names, or one on its usual port. Others are added in the admin."

    def handle(self, *_arguments: Any, **_options: Any) -> None:
        model_servers.register_ollama()
