"""The policy in force: migrations, simulations, and messages to its owner."""
