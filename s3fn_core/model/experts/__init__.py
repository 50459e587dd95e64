"""Classical experts: linear classifiers of the spectrum that stand beside the network.

Each is learned in less than a second, and which is best differs from scene to scene.  What they say is
added to what network and words say, with weights that are learned on held-out labels.
"""
