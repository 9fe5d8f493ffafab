"""What methods remember of labels and classes."""
