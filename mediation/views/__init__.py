"""Pages of the mediator, the committee's director, and the register of committees."""
