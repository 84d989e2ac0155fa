"""URLs of logging in and of one's own account (登录、我的账号); ahead of the admin's own."""

from django.urls import path

from organizations.views import login, saved_views
from organizations.views.account import my_account
from organizations.views.second_factor import RenewSecondFactor

urlpatterns = [
    # The name ``admin:login`` leads here too: the paths are the same, and the first one answers.
    path("login/", login.PasswordStep.as_view(), name="login"),
    path("login/code/", login.CodeStep.as_view(), name="login-code"),
    path("login/password/", login.NewPasswordStep.as_view(), name="login-password"),
    path("login/second-factor/", login.SecondFactorStep.as_view(), name="login-second-factor"),
    path("login/done/", login.LastStep.as_view(), name="login-done"),
    path("views/<slug:name>/save/", saved_views.save, name="saved-view-save"),
    path("views/<int:pk>/", saved_views.edit, name="saved-view-edit"),
    path("views/<int:pk>/delete/", saved_views.delete, name="saved-view-delete"),
    path("account/", my_account, name="my-account"),
    path("account/second-factor/", RenewSecondFactor.as_view(), name="renew-second-factor"),
]
