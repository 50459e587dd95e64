"""What somebody who mends the program needs to know of a problem, without what is nobody's business."""
