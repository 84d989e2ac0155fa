"""Random inspections (双随机抽查): the draw as plain arithmetic, so that anybody can repeat it."""
