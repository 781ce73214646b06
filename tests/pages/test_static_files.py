"""What the product serves: one style sheet, and scripts under names that change with their content."""

import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from pytest_django import Settings

COMPRESSED_LIMIT = 150_000  # bytes of our own scripts and styles


@pytest.fixture
def collected(settings: Settings, tmp_path: Path) -> Path:
    settings.STATIC_ROOT = tmp_path
    settings.STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "athanor.web.static_storage.SiteStorage"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_collected_files_are_joined_and_named_by_content(collected: Path) -> None:
    paths: dict[str, str] = json.loads((collected / "staticfiles.json").read_text())["paths"]

    css = (collected / paths["css/site.css"]).read_text()
    assert re.findall("@import", css) == []
    assert css.count("@layer tokens {") == 1

    script = (collected / paths["kinds/chat/chat.js"]).read_text()
    imported = re.findall(r'from "\./([^"]+)"', script)
    assert imported != []
    assert [name for name in imported if f"kinds/chat/{name}" not in paths.values()] == []

    # Everything that any page may ask for; what is not named by its content is never served to a page.
    served = [collected / f"{name}.gz" for name in set(paths.values())]
    assert sum(file.stat().st_size for file in served if file.exists()) < COMPRESSED_LIMIT


def test_no_module_imports_a_file_that_is_not_there() -> None:
    lost = []
    for folder in settings.STATICFILES_DIRS:
        for script in Path(folder).rglob("*.js"):
            for name in re.findall(r'from "(\.[^"]+)"', script.read_text()):
                target = (script.parent / name).resolve()
                shared = Path(settings.ROOT) / "static" / name.removeprefix("../../")
                lost += [f"{script.name}: {name}"] if not (target.exists() or shared.exists()) else []
    assert lost == []


def test_every_icon_that_is_drawn_is_in_the_sprite() -> None:
    root = Path(settings.ROOT)
    sprite = set(re.findall(r'<symbol id="([\w-]+)"', (root / "static" / "img" / "icons.svg").read_text()))
    templates = [*(root / "templates").rglob("*.html"), *(root / "courses" / "kinds").rglob("templates/**/*.html")]
    pattern = re.compile(r'(?:\{% icon |icon=)"([\w-]+)"')
    drawn = {name for path in templates for name in pattern.findall(path.read_text())}

    assert drawn - sprite == set()
