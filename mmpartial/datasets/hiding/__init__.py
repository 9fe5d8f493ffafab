"""Hiding labels: by a setting, or by a file."""
