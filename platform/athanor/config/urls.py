"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    # First what is known by its beginning; each address of the pages has to be tried.
    path("api/v1/", include("athanor.api.urls")),
    path("admin/", admin.site.urls),
    path("", include("athanor.web.urls")),
    path("accounts/", include("allauth.urls")),
]

handler400 = "athanor.web.errors.bad_request"
handler403 = "athanor.web.errors.permission_denied"
handler404 = "athanor.web.errors.page_not_found"
handler500 = "athanor.web.errors.server_error"
handler429 = "athanor.web.errors.too_many_requests"  # read by allauth
