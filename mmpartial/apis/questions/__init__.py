"""Questions about images and classes: how they are chosen, written and answered."""
