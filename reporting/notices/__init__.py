"""Public notices (季度公示): who was treated for a chronic disease and what was paid, as it is put up."""
