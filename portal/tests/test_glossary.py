import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group

from catalog import models as catalog_models
from confidential.encryption import Place
from confidential.keyring import KeyRing
from disclosure import acts, choices
from disclosure.acts.transitions import Transition
from disclosure.models import Validity
from disclosure.models.reports.report import Regime
from statutory.four_lists import FourLists
from statutory.identities import Rule

ROOMS = ("catalog", "disclosure", "inquiries", "ledger", "search", "workdays", "accounts")
GLOSSARY = (Path(settings.BASE_DIR) / "docs" / "glossary.md").read_text(encoding="utf-8")
ROWS = [line.split("|")[1:3] for line in GLOSSARY.splitlines() if re.match(r"\| .*`", line)]
IDENTIFIERS = [identifier for _, cell in ROWS for identifier in re.findall(r"`([^`]+)`", cell)]


def named_things():
    """Models of our rooms, the closed lists of their fields, and acts of publication, by name."""
    models = [model for label in ROOMS for model in apps.get_app_config(label).get_models()]
    lists = [catalog_models.ColumnType, catalog_models.Section, Validity.State, Regime]
    lists += [choices.DisclosureMode, choices.Genre, choices.Scope, choices.Status, choices.Term]
    functions = [getattr(acts, name) for name in acts.__all__]
    others = [Rule, FourLists, Place, KeyRing, Transition]
    return {thing.__name__: thing for thing in [*models, *lists, *functions, *others]}


@pytest.mark.parametrize("identifier", IDENTIFIERS)
def test_every_identifier_of_the_glossary_exists(identifier):
    name, _, attribute = identifier.partition(".")
    thing = named_things()[name]
    assert not attribute or hasattr(thing, attribute)


def test_a_term_has_one_identifier_and_an_identifier_one_term():
    assert len(IDENTIFIERS) > 50
    assert len(IDENTIFIERS) == len(set(IDENTIFIERS))
    terms = [term.strip() for cell, _ in ROWS for term in cell.split("、")]
    assert len(terms) == len(set(terms))


@pytest.mark.parametrize("app", ["catalog", "disclosure", "inquiries"])
def test_no_model_is_without_an_official_term(app):
    kept_for_the_machine = {
        "DailySalt",
        "JournalMark",
        "PublicStamp",
        "RecentVisit",
        "RollUp",
        "SiteViews",
    }
    kept_for_the_machine |= {"FormUse", "SpentQuestion"}
    names = {
        model.__name__ for model in apps.get_app_config(app).get_models()
    } - kept_for_the_machine
    assert names <= set(IDENTIFIERS)


@pytest.mark.django_db
def test_the_roles_are_those_of_the_desk():
    line = GLOSSARY.split("## Roles")[1]
    assert all(name in line for name in Group.objects.values_list("name", flat=True))
