"""JSON files in COCO's format."""
