from tongban.infrastructure.ui.doors import routes

app_name = "hall"
urlpatterns = [*routes("hall")]
