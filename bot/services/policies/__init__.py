"""The policy in force: migrations, simulations, and telling its owner what is wrong."""
