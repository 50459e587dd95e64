"""Runs in the environment with Keras: the paper's network as its authors wrote it.

Reads questions, a line of JSON each: how many patches to train on for an epoch and in what batches.
Answers with the names of the libraries to a question for no patches.
"""

from __future__ import annotations

import json
import os
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""

import keras
import numpy as np
from keras import layers, regularizers

DEPTH, PATCH, CLASSES = 23, 32, 5


def paper_network() -> keras.Model:
    """Convolutions 32, 64, 128; Dense 128, 64, K; penalties as published."""

    def conv(filters: int, penalty: float) -> layers.Layer:
        return layers.Conv3D(filters, 3, activation="relu", kernel_regularizer=regularizers.L2(penalty))

    def dense(width: int, penalty: float, activation: str = "relu") -> layers.Layer:
        return layers.Dense(width, activation, kernel_regularizer=regularizers.L2(penalty))

    model = keras.Sequential(
        [
            keras.Input((PATCH, PATCH, DEPTH, 1)),
            conv(32, 1e-2),
            layers.AveragePooling3D(2),
            conv(64, 1e-3),
            conv(128, 1e-4),
            layers.AveragePooling3D(2),
            layers.Flatten(),
            dense(128, 1e-3),
            layers.Dropout(0.5),
            dense(64, 1e-4),
            layers.Dense(CLASSES, "softmax"),
        ]
    )
    model.compile(keras.optimizers.Adam(1e-3), "sparse_categorical_crossentropy")
    return model


def main() -> None:
    model = paper_network()
    rng = np.random.default_rng(0)
    for line in sys.stdin:
        question = json.loads(line)
        count = question["patches"]
        if not count:
            print(f"Keras {keras.__version__} on {keras.backend.backend()}", flush=True)
            continue
        x = rng.normal(0, 1, (count, PATCH, PATCH, DEPTH, 1)).astype(np.float32)
        y = rng.integers(0, CLASSES, count)
        model.fit(x, y, batch_size=question["batch"], epochs=1, verbose=0)
        print("done", flush=True)


if __name__ == "__main__":
    main()
