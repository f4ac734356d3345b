"""The register: an append-only, hash-chained record of every act of publication."""

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate

from ledger import guards


class LedgerConfig(AppConfig):
    """Knows no other room."""

    name = "ledger"
    verbose_name = "公开登记簿"

    def ready(self):
        """Look after the guards whenever the database's shape may have changed."""
        pre_migrate.connect(take_crossing_guards_off, sender=self)
        post_migrate.connect(put_guards_back, sender=self)


def put_guards_back(using, **kwargs):
    """A later migration that rebuilds a table on SQLite loses its triggers without a word;
    `migrate` restores them.
    """
    guards.install_missing(connections[using])


def take_crossing_guards_off(using, **kwargs):
    """Guards that look into another table keep SQLite from rebuilding either; `put_guards_back`
    follows.
    """
    guards.take_crossing_off(connections[using])
