from tongban.infrastructure.ui.doors import routes

app_name = "counter"
urlpatterns = [*routes("counter")]
