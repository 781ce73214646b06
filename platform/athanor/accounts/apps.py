from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "athanor.accounts"
    label = "accounts"
