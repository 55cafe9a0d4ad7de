"""The doors for people: hall, crew, desk."""
