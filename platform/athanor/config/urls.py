"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("athanor.web.urls")),
    path("api/v1/", include("athanor.api.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "athanor.web.errors.bad_request"
handler403 = "athanor.web.errors.permission_denied"
handler404 = "athanor.web.errors.page_not_found"
handler500 = "athanor.web.errors.server_error"
handler429 = "athanor.web.errors.too_many_requests"  # read by allauth
