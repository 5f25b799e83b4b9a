"""The supervisor's desk: the reading room, one review, the records behind a number, the register of measures."""
