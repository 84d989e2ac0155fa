"""Papers that people carry (证件): health guarantee cards and certificates of chronic diseases, on A4."""
