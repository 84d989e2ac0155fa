"""URLs of the finance bureau's pages (财政拨付网址), below ``finance/``."""

from django.urls import path

from reporting import finance_views as views

app_name = "finance"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("submissions/<int:pk>/", views.submission, name="submission"),
    path("submissions/<int:pk>/approve/first/", views.approve, {"part": "first"}, name="approve-first"),
    path("submissions/<int:pk>/approve/all/", views.approve, {"part": "all"}, name="approve-all"),
    path("items/<int:pk>/pay/", views.pay, name="pay"),
    path("approvals/<int:pk>/undo/", views.undo_approval, name="undo-approval"),
    path("payments/", views.payments, name="payments"),
    path("payments/<int:pk>/undo/", views.undo_payment, name="undo-payment"),
    path("payments/<int:pk>/return/", views.return_payment, name="return-payment"),
    path("workbooks/<int:county_id>/<int:year>/<int:quarter>/", views.workbook, name="workbook"),
]
