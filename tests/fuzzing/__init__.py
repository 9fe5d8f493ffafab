"""Files of all kinds, damaged at random, and what reading them does."""
