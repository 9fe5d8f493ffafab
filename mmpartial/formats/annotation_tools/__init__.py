"""Exports of Label Studio, CVAT and FiftyOne, to read and to write."""
