"""Writes the files of src/test/resources/keras: small models of each recurrent layer, in every format that
Keras has, with random weights, inputs and the outputs that Keras computes.

Run it twice in an environment with tensorflow-cpu 2.18 and tf_keras 2.18, from the folder of this file:

    python keras_files.py keras3
    TF_USE_LEGACY_KERAS=1 python keras_files.py tf_keras
"""

import json
import pathlib
import sys

import numpy as np

WRITER = sys.argv[1]
if WRITER == "tf_keras":
    import tf_keras as keras
else:
    import keras
layers = keras.layers

FOLDER = pathlib.Path(__file__).parent.parent / "resources" / "keras" / WRITER
BATCH, TIME, DEPTH, UNITS, WORDS = 2, 4, 2, 3, 5


def layers_on_one_input(outputs):
    x = keras.Input((TIME, DEPTH), name="x")
    return keras.Model(x, [layer(x) for layer in outputs.values()]), list(outputs)


def single():
    """Each recurrent layer by itself, as it is by default; and the GRU of the paper."""
    every = dict(return_sequences=True)
    return layers_on_one_input(
        {
            "simple": layers.SimpleRNN(UNITS, name="simple", **every),
            "lstm": layers.LSTM(UNITS, name="lstm", **every),
            "gru": layers.GRU(UNITS, name="gru", **every),
            "gru_before": layers.GRU(UNITS, name="gru_before", reset_after=False, **every),
        }
    )


def special():
    """Recurrent layers with other settings."""
    every = dict(return_sequences=True)
    return layers_on_one_input(
        {
            "plain_lstm": layers.LSTM(UNITS, name="plain_lstm", use_bias=False, **every),
            "plain_gru": layers.GRU(UNITS, name="plain_gru", use_bias=False, **every),
            "reversed": layers.LSTM(UNITS, name="reversed", go_backwards=True, **every),
            "hard": layers.GRU(UNITS, name="hard", recurrent_activation="hard_sigmoid", **every),
        }
    )


def both():
    """Bidirectional layers, which merge in different ways; one has a backward layer of its own."""
    every = dict(return_sequences=True)
    return layers_on_one_input(
        {
            "concat": layers.Bidirectional(layers.LSTM(UNITS, **every), name="concat"),
            "ave": layers.Bidirectional(layers.SimpleRNN(UNITS, **every), merge_mode="ave", name="ave"),
            "mul": layers.Bidirectional(
                layers.GRU(UNITS, **every),
                backward_layer=layers.GRU(UNITS, go_backwards=True, name="back", **every),
                merge_mode="mul",
                name="mul",
            ),
        }
    )


def stack():
    """A stack of layers from words to numbers, as users write it."""
    model = keras.Sequential(
        [
            keras.Input((TIME,), dtype="int32"),
            layers.Embedding(WORDS, DEPTH),
            layers.LSTM(UNITS, return_sequences=True),
            layers.GRU(UNITS, return_sequences=True),
            layers.Dense(2),
        ]
    )
    return model, ["y"]


def cells():
    """Cells in the layer RNN: one, and a stack in one layer."""
    stack = [layers.LSTMCell(UNITS), layers.GRUCell(2)]
    return layers_on_one_input(
        {
            "one": layers.RNN(layers.GRUCell(UNITS), return_sequences=True, name="one"),
            "two": layers.RNN(stack, return_sequences=True, name="two"),
        }
    )


def half():
    """Weights in half precision."""
    model = keras.Sequential([keras.Input((TIME, DEPTH)), layers.Dense(UNITS, dtype="float16")])
    return model, ["y"]


def write(name, make, formats):
    keras.backend.clear_session()
    model, names = make()
    random = np.random.default_rng(7)
    model.set_weights([random.normal(0, 0.6, w.shape).astype(w.dtype) for w in model.get_weights()])
    if make is stack:
        x = random.integers(0, WORDS, (BATCH, TIME))
    else:
        x = random.normal(0, 0.8, (BATCH, TIME, DEPTH)).astype("float32")
    outputs = model.predict(x, verbose=0)
    outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    for suffix in formats:
        file = str(FOLDER / (name + suffix))
        if suffix in [".weights.h5", ".legacy.h5"]:
            model.save_weights(file)
        else:
            model.save(file)
    flat = lambda array: [float(np.float32(v)) for v in np.asarray(array, "float32").ravel()]
    described = {
        "input": flat(x),
        "outputs": {n: {"shape": list(y.shape), "values": flat(y)} for n, y in zip(names, outputs)},
    }
    (FOLDER / (name + ".json")).write_text(json.dumps(described) + "\n")


FOLDER.mkdir(parents=True, exist_ok=True)
everything = [".keras", ".weights.h5", ".h5"] + ([".legacy.h5"] if WRITER == "tf_keras" else [])
for kind in [single, special, both, stack, cells]:
    write(kind.__name__, kind, everything)
write("half", half, [".weights.h5"])
