"""The tables: rows, their facts and their named queries; nothing else."""
