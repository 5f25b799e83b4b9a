"""Pages of the centre, the handler and the grid worker."""
