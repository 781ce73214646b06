"""The site's own settings, with the hold points of `holds.py` in every process."""

from athanor.config.settings import *  # noqa: F403
from athanor.config.settings import INSTALLED_APPS as PRODUCT

INSTALLED_APPS = [*PRODUCT, "tests.chaos.apps.Chaos"]
