"""Classical experts: linear classifiers of the spectrum that stand beside the network.

Each is learned in milliseconds, and each is best on some scene (docs/method.md).  What they say is
added to what network and words say, with weights that are learned on held-out labels.
"""
