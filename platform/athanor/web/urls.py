"""The areas of the site; each lists its own pages."""

from django.urls import URLPattern, URLResolver, include, path

from athanor.web import account, course, home, preferences

urlpatterns: list[URLPattern | URLResolver] = [
    *home.urlpatterns,
    *course.urlpatterns,
    *account.urlpatterns,
    *preferences.urlpatterns,
    path("", include("athanor.accounts.urls")),
]
from django.http import HttpResponse  # noqa: E402
for _n, _p in [("queue","queue/"),("servers","servers/"),("review","review/"),("exercise","courses/<slug:c>/<slug:m>/exercises/<slug:e>/"),("attempt","attempts/<uuid:a>/")]:
    urlpatterns.append(path(_p, lambda r, **k: HttpResponse("soon"), name=_n))
