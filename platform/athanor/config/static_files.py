"""Static files, served by the web process itself."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from whitenoise.middleware import WhiteNoiseMiddleware

from athanor.config import bundle


class StaticFilesMiddleware(WhiteNoiseMiddleware):  # type: ignore[misc]  # whitenoise has no types
    """WhiteNoise, with whole answers: under ASGI a file that is streamed would be read to its end first anyway,
    with a warning and a change of threads. What is built while the site runs is found at the first request for it."""

    _bundle_is_known = False

    def __call__(self, request: HttpRequest) -> Any:
        below = request.path_info.startswith(self.static_prefix + bundle.PREFIX)
        if below and not self._bundle_is_known and bundle.is_built():
            self.add_files(str(bundle.folder()), prefix=f"{self.static_prefix}{bundle.PREFIX}{bundle.key()}/")
            self._bundle_is_known = True
        return super().__call__(request)

    def immutable_file_test(self, path: str, url: str) -> bool:
        """The names of bundled files hold a digest of their content already."""
        bundled = url.startswith(self.static_prefix + bundle.PREFIX)
        return bundled or bool(super().immutable_file_test(path, url))

    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> HttpResponse:
        found = static_file.get_response(request.method, request.META)
        content = b""
        if found.file is not None:
            with found.file as file:
                content = file.read()
        response = HttpResponse(content, status=int(found.status))
        del response["Content-Type"]
        for name, value in found.headers:
            response[name] = value
        return response
