"""Connected labels: listed, used for test or training, outliers in them."""
