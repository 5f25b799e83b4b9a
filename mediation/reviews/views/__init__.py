"""Pages of reviews and of daily inspection."""
