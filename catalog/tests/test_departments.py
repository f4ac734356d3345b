"""Departments: which, whose, and what the database and `clean()` refuse."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.db.models import ProtectedError
from django.utils import timezone

from catalog.models import Department, Membership
from catalog.tests.builders import make_department, make_user

pytestmark = pytest.mark.django_db


def names(departments):
    return sorted(department.name for department in departments)


class TestActive:
    def test_an_organ_without_dates_is_active(self):
        make_department("财政局")
        assert names(Department.objects.active()) == ["财政局"]

    def test_an_organ_is_active_on_its_first_and_on_its_last_day(self):
        make_department(
            "物价局", active_from=dt.date(2004, 1, 1), active_until=dt.date(2014, 6, 30)
        )
        for day, expected in [
            (dt.date(2003, 12, 31), []),
            (dt.date(2004, 1, 1), ["物价局"]),
            (dt.date(2014, 6, 30), ["物价局"]),
            (dt.date(2014, 7, 1), []),
        ]:
            assert names(Department.objects.active(day)) == expected

    def test_without_a_day_it_means_today(self):
        yesterday = timezone.localdate() - dt.timedelta(days=1)
        make_department("已撤销的局", active_until=yesterday)
        assert names(Department.objects.active()) == []


class TestScope:
    @pytest.fixture
    def district(self):
        government = make_department("区政府")
        finance = make_department("财政局", parent=government)
        make_department("国库科", parent=finance)
        make_department("民政局", parent=government)
        return government

    def test_under_means_the_organ_and_all_below(self, district):
        finance = Department.objects.get(name="财政局")
        assert names(Department.objects.under([finance])) == ["国库科", "财政局"]

    def test_a_clerk_sees_his_department_and_those_below(self, district):
        clerk = make_user(department=Department.objects.get(name="财政局"))
        assert names(Department.objects.visible_to(clerk)) == ["国库科", "财政局"]

    def test_a_clerk_of_two_departments_sees_both(self, district):
        clerk = make_user(department=Department.objects.get(name="国库科"))
        Membership.objects.create(user=clerk, department=Department.objects.get(name="民政局"))
        assert names(Department.objects.visible_to(clerk)) == ["国库科", "民政局"]

    def test_who_works_nowhere_sees_nothing(self, district):
        assert names(Department.objects.visible_to(make_user())) == []

    def test_the_office_and_superusers_see_all(self, district):
        office = make_user(permissions=["catalog.manage_all_departments"])
        assert Department.objects.visible_to(office).count() == 4
        assert Department.objects.visible_to(make_user(is_superuser=True)).count() == 4

    def test_a_cycle_of_parents_in_the_data_does_not_hang_it(self, district):
        finance = Department.objects.get(name="财政局")
        Department.objects.filter(pk=finance.pk).update(
            parent=Department.objects.get(name="国库科")
        )
        assert names(Department.objects.under([finance])) == ["国库科", "财政局"]

    def test_scope_costs_three_queries_however_deep(self, district, django_assert_num_queries):
        clerk = make_user(department=Department.objects.get(name="财政局"))
        clerk.get_all_permissions()
        with django_assert_num_queries(3):
            list(Department.objects.visible_to(clerk))


class TestConstraints:
    def test_department_active_until_after_from(self):
        with pytest.raises(IntegrityError, match="department_active_until_after_from"):
            make_department(active_from=dt.date(2020, 1, 2), active_until=dt.date(2020, 1, 1))

    def test_department_not_its_own_parent(self):
        department = make_department()
        with pytest.raises(IntegrityError, match="department_not_its_own_parent"):
            Department.objects.filter(pk=department.pk).update(parent=department.pk)

    def test_membership_once(self):
        department = make_department()
        clerk = make_user(department=department)
        with pytest.raises(IntegrityError):
            Membership.objects.create(user=clerk, department=department)

    def test_a_superior_organ_is_protected(self):
        superior = make_department()
        make_department(parent=superior)
        with pytest.raises(ProtectedError):
            superior.delete()


class TestClean:
    def test_the_code_is_normalised_before_it_is_checked(self):
        department = make_department(code="01527918-x")
        department.full_clean()
        assert department.code == "01527918X"

    def test_it_refuses_a_mistyped_code(self):
        department = make_department(code="015279181")
        with pytest.raises(ValidationError, match="校验码"):
            department.full_clean()

    def test_it_refuses_a_parent_below_the_organ(self):
        top = make_department()
        below = make_department(parent=make_department(parent=top))
        top.parent = below
        with pytest.raises(ValidationError, match="上级机关不能是本机构自己或者它的下级"):
            top.full_clean()

    def test_it_refuses_the_organ_itself_as_parent(self):
        top = make_department()
        top.parent = top
        with pytest.raises(ValidationError, match="上级机关不能"):
            top.full_clean()
