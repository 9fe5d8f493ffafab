"""Tools that know nothing of labels or images."""
