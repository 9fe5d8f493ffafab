"""The columns, photos and config of a new project: a user's own table and images."""
