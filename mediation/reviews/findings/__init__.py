"""What a review finds beside what it counts."""
