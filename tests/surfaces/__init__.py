"""Pictures of every surface, to be looked at after a change of what people see."""
