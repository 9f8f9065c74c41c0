"""The scheduler: finds due timers, claims effects and performs them."""
