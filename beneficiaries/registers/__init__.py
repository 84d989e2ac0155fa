"""What registers are made of (登记簿): their fields, and the file that lists them."""
