"""Memories: the state that methods keep between steps, outside of the model's parameters.

A memory has ``state_dict`` and ``load_state_dict``, and a hook looks after it. It is the same in
all processes whenever a checkpoint is written.
"""
