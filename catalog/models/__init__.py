"""Departments (发布机构), the category tree (公开目录), and who works for which department."""

from catalog.models.category import Category, ColumnType, Section
from catalog.models.department import Department, Membership
from catalog.models.stamp import PublicStamp

__all__ = ["Category", "ColumnType", "Department", "Membership", "PublicStamp", "Section"]
