"""Hiding labels, and holding images out of training."""
