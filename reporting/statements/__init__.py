"""The one-page settlement statement (一单清): composed from what was posted, printed as PDF and HTML."""
