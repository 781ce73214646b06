"""Static files under names that change with their content, so that browsers may keep them for ever."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import brotli  # type: ignore[import-untyped]  # no types are shipped
from django.core.files.base import ContentFile
from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage

SITE = "css/site.css"
OURS = ("js/", "kinds/")
IMPORT = re.compile(r'@import url\("(?P<file>[^"]+)"\) layer\((?P<layer>[\w-]+)\);')

QUALITY = 8  # of Brotli: 11 makes files a tenth smaller and takes forty times as long, at the first start of a site


class QuickCompressor(Compressor):  # type: ignore[misc]  # whitenoise has no types
    """Somebody waits for the first start; there are hundreds of files, most of them the admin's."""

    @staticmethod
    def compress_brotli(data: bytes) -> bytes:
        packed: bytes = brotli.compress(data, quality=QUALITY)
        return packed


class SiteStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # whitenoise has no types
    """Also renames the modules that scripts import, and joins the style sheets: one request instead of thirty."""

    support_js_module_import_aggregation = True
    keep_only_hashed_files = True  # every page names files through the manifest

    def create_compressor(self, **options: Any) -> QuickCompressor:
        return QuickCompressor(**options)

    def post_process(self, paths: dict[str, Any], dry_run: bool = False, **options: Any) -> Iterator[Any]:  # noqa: FBT001, FBT002, RUF100  # Django's
        if SITE in paths and not dry_run:
            self._write(SITE, _joined(paths))
            paths[SITE] = (self, SITE)
        yield from super().post_process(paths, dry_run=dry_run, **options)

    def url_converter(self, name: str, *arguments: Any, **options: Any) -> Callable[[re.Match[str]], str]:
        """Scripts of others keep their addresses: some name files in their comments that do not exist."""
        if name.endswith(".js") and not name.startswith(OURS):
            return lambda match: str(match["matched"])
        converter: Callable[[re.Match[str]], str] = super().url_converter(name, *arguments, **options)
        return converter

    def _write(self, name: str, content: str) -> None:
        if self.exists(name):
            self.delete(name)
        self.save(name, ContentFile(content.encode()))


def _joined(paths: dict[str, Any]) -> str:
    """`site.css` with each import replaced by the file's content in its layer."""

    def block(match: re.Match[str]) -> str:
        name = (Path(SITE).parent / match["file"]).as_posix()
        return f"@layer {match['layer']} {{\n{_read(paths, name)}}}"

    return IMPORT.sub(block, _read(paths, SITE))


def _read(paths: dict[str, Any], name: str) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        content: bytes | str = file.read()
    return content if isinstance(content, str) else content.decode()
