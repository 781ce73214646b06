from django.apps import AppConfig


class KindsConfig(AppConfig):
    name = "courses.kinds"
    label = "kinds"

    def ready(self) -> None:
        from courses.kinds import checks  # noqa: F401, PLC0415  # registers; models must be ready first
