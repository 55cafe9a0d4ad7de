from tongban.infrastructure.ui.doors import routes

app_name = "desk"
urlpatterns = [*routes("desk")]
