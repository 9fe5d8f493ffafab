# IU: binary cross entropy on the known labels alone.
head = dict(q=1.0, loss=dict(type="mmpartial.PartialBCELoss", unknown="ignore"))
custom_hooks = []
