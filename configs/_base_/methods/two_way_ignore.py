# The two-way loss over known labels alone, for PAL. PPL and SPL have no known negatives.
_base_ = "two_way.py"
head = dict(loss=dict(unknown="ignore"))
