"""Major incidents and the signs of one."""
