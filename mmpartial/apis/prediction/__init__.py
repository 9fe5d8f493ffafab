"""The parts of a prediction: image files, inputs of the model, tables and drawings."""
