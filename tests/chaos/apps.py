from pathlib import Path

from django.apps import AppConfig
from django.conf import settings


class Chaos(AppConfig):
    name = "tests.chaos"
    label = "chaos"
    path = str(Path(__file__).parent)

    def ready(self) -> None:
        from tests.chaos import holds

        holds.install(Path(settings.VAR) / holds.FOLDER)
