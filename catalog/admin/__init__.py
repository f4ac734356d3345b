"""The desk of the catalogue room: departments, the category tree, and who works where."""

from catalog.admin.category import CategoryAdmin
from catalog.admin.department import DepartmentAdmin
from catalog.admin.staff import StaffAdmin

__all__ = ["CategoryAdmin", "DepartmentAdmin", "StaffAdmin"]
