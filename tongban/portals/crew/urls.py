from tongban.infrastructure.ui.doors import routes

app_name = "crew"
urlpatterns = [*routes("crew")]
