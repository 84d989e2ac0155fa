"""URLs of the hospitals' interface (接口网址)."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
