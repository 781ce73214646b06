"""The areas of the site; each lists its own pages."""

from django.urls import URLPattern, URLResolver, include, path

from athanor.web import (
    account,
    assets,
    attempt,
    certificates,
    course,
    exercise,
    gradebook,
    home,
    live,
    picture,
    preferences,
    queue,
    regrade,
    review,
    schemas,
    servers,
)

urlpatterns: list[URLPattern | URLResolver] = [
    *home.urlpatterns,
    *exercise.urlpatterns,
    *course.urlpatterns,
    *assets.urlpatterns,
    *certificates.urlpatterns,
    *schemas.urlpatterns,
    *attempt.urlpatterns,
    *picture.urlpatterns,
    *live.urlpatterns,
    *queue.urlpatterns,
    *servers.urlpatterns,
    *review.urlpatterns,
    *regrade.urlpatterns,
    *gradebook.urlpatterns,
    *account.urlpatterns,
    *preferences.urlpatterns,
    path("", include("athanor.accounts.urls")),
]
