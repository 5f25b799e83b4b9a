"""The supervisor's desk: reading room, reviews, the records behind numbers, files of reviews; daily inspection."""
