from registan import users_admin  # noqa: F401  Django looks here
