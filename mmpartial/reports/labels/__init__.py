"""The label report: the numbers, the page, and the table on the terminal."""
