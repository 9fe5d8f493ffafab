"""Placeholder until written."""


def read_published_mask(path, files, labels):
    raise NotImplementedError
