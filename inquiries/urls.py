"""Addresses of what citizens write. One published is never removed."""

from django.urls import path

from inquiries import views

urlpatterns = [
    path("", views.correction_query, name="correction-query"),
    path("new/", views.correction_new, name="correction-new"),
]
