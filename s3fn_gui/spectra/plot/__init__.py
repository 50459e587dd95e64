"""What the plot of spectra is made of."""
