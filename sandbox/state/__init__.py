"""The workspace's state: plain records, and the object that changes them."""
