"""Every address of the URL configuration: a page that is looked at, or why it is none."""

from collections.abc import Iterator

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.contrib import admin
from django.test import RequestFactory
from django.urls import reverse

from athanor.accounts.models import User
from courses.catalog.models import Course, Exercise
from tests.guards.test_access import ALL
from tests.pages.visits import NOT_PAGES, VISITS
from tests.pages.world import FULL, HALF_WAY, Place, World

# Of other packages, and of the admin: why nobody looks at them.
OTHERS = {
    "account_confirm_login_code": "signing in by code is switched off: leads to the door",
    "mfa_download_recovery_codes": "a file",
    "admin:login": "leads to our own door",
    "admin:logout": "leads to our own page",
    "admin:password_change": "leads to our own page",
    "admin:password_change_done": "nobody is led there: passwords are changed on our own page",
    "admin:autocomplete": "data for a field",
    "admin:search": "a part of the admin's pages",
    "admin:jsi18n": "a script",
    "admin:view_on_site": "leads on",
    "admin:course_download": "a file",
    "admin:revision_activate": "takes what a form sends",
    "admin:revision_preview": "takes what a form sends",
    "admin:None": "old addresses that lead on, and what is not found",
}
API = "for programs, which get JSON"
API_PAGES = {"api:docs"}
NAMES = {name for name, _address in ALL}
ACCOUNTS = {
    "account_login": None, "account_signup": None, "account_inactive": None, "account_email_verification_sent": None,
    "account_reset_password": None, "account_reset_password_done": None, "account_reset_password_from_key_done": None,
    "account_logout": "student", "account_reauthenticate": "student", "account_email": "student",
    "account_change_password": "student", "account_set_password": "passwordless", "usersessions_list": "student",
    "mfa_index": "guarded", "mfa_reauthenticate": "guarded", "mfa_deactivate_totp": "guarded",
    "mfa_view_recovery_codes": "guarded", "mfa_generate_recovery_codes": "guarded",
    "mfa_activate_totp": "student", "mfa_authenticate": HALF_WAY,
}  # fmt: skip


def no_pages() -> dict[str, str]:
    """Name → why it is no page."""
    sent = {name: "takes what a form sends" for name, visit in VISITS.items() if visit.method != "get"}
    programs = {name: API for name in NAMES if name.startswith("api:") and name not in API_PAGES}
    return {**NOT_PAGES, **OTHERS, **sent, **programs}


def places(world: World) -> tuple[Place, ...]:
    docs = [Place(name, "student", reverse(name)) for name in sorted(API_PAGES)]
    return (*world.places, *docs, *account_places(world), *admin_places(world))


def account_places(world: World) -> Iterator[Place]:
    for name, who in ACCOUNTS.items():
        yield Place(name, who, reverse(name))
    yield Place("mfa_index: without", "student", reverse("mfa_index"))
    yield Place("account_confirm_email", None, reverse("account_confirm_email", args=[mail_key(world)]))
    yield Place("account_confirm_email: old", None, reverse("account_confirm_email", args=["old"]))
    forgetful = world.people["forgetful"]
    key = [user_pk_to_url_str(forgetful), default_token_generator.make_token(forgetful)]
    yield Place("account_reset_password_from_key", None, reverse("account_reset_password_from_key", args=key))
    old = reverse("account_reset_password_from_key", args=[key[0], "old"])
    yield Place("account_reset_password_from_key: old", None, old)


def mail_key(world: World) -> str:
    """Of an address that was not confirmed yet."""
    owner = world.people["passwordless"]
    address, _made = EmailAddress.objects.get_or_create(user=owner, email=owner.email, primary=True)
    return str(EmailConfirmationHMAC(address).key)


def admin_places(world: World) -> Iterator[Place]:
    """The list of every model with a page, one of its rows, and what may be done with it."""
    ruler = world.people["administrator"]
    yield Place("admin:index", "administrator", reverse("admin:index"))
    yield Place("admin:index: instructor", "instructor", reverse("admin:index"))
    yield from admin_own(ruler)
    labels = sorted({model._meta.app_label for model in admin.site._registry})
    yield from (Place("admin:app_list", "administrator", reverse("admin:app_list", args=[each])) for each in labels)
    request = RequestFactory().get("/")
    request.user = ruler
    for model, page in admin.site._registry.items():
        row = model._default_manager.first()
        assert row is not None, f"{model.__name__}: the world has none"
        named = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        status = {
            "changelist": 200,
            "add": 200 if page.has_add_permission(request) else 403,
            "change": 200,
            "history": 200,
            "delete": 200 if page.has_delete_permission(request, row) else 403,
        }
        for view, expected in status.items():
            args = [] if view in {"changelist", "add"} else [row.pk]
            yield Place(f"{named}_{view}", "administrator", reverse(f"{named}_{view}", args=args), expected)


def admin_own(ruler: User) -> Iterator[Place]:
    """What we added to the admin."""
    name = "admin:auth_user_password_change"
    yield Place(name, "administrator", reverse(name, args=[ruler.pk]))
    yield Place("admin:enrolment_class", "administrator", reverse("admin:enrolment_class"))
    yield Place("admin:course_bring", "administrator", reverse("admin:course_bring"))
    course = Course.objects.get(slug=FULL[0])
    yield Place("admin:course_copy", "administrator", reverse("admin:course_copy", args=[course.pk]))
    for kind, pk in dict(Exercise.objects.order_by("-pk").values_list("kind", "pk")).items():
        address = reverse("admin:catalog_exercise_change", args=[pk])
        yield Place(f"admin:catalog_exercise_change: {kind}", "administrator", address)
