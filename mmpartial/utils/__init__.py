"""Tools that know nothing about labels."""
