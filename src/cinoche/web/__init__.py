"""The built site, served to browsers."""
