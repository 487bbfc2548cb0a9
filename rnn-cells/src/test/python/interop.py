"""The other side of the interop tests: TensorFlow's own recurrent layers, in Python.

  python interop.py write FOLDER      every case: its checkpoint, and what it answers
  python interop.py continue FOLDER   every run that Java began: five more steps
  python interop.py answer FOLDER     every SavedModel that Java wrote: what it answers
  python interop.py keras FOLDER      layers of Keras with the weights that Java converted: what they answer

Everything goes through checkpoints, so that no other format is needed: `values` of a case holds its inputs, outputs and
gradients under plain names. InteropCases.java builds the same cases.
"""

import os
import pathlib
import sys
import warnings

os.environ["TF_USE_LEGACY_KERAS"] = "1"  # the cells of compat.v1 are those of tf_keras
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
warnings.simplefilter("ignore")

import numpy as np
import tensorflow as tf

v1 = tf.compat.v1
rnn = v1.nn.rnn_cell
tf.get_logger().setLevel("ERROR")
v1.logging.set_verbosity(v1.logging.ERROR)
DEPTH, BATCH, TIME = 3, 4, 6
MORE_STEPS = 5


def dynamic(cell, **options):
    """A case of one cell in dynamic_rnn, with lengths and an initial state."""

    def build(x, lengths):
        made = cell()
        state = made.zero_state(tf.shape(x)[1 if options.get("time_major") else 0], tf.float32)
        initial = tf.nest.map_structure(lambda part: v1.placeholder_with_default(part, part.shape), state)
        if options.get("whole_rows"):
            lengths = None
        outputs, last = v1.nn.dynamic_rnn(
            made, x, lengths, initial, time_major=options.get("time_major", False)
        )
        return outputs, initial, last

    return build


def bidirectional(x, lengths):
    outputs, states = v1.nn.bidirectional_dynamic_rnn(
        rnn.LSTMCell(4, use_peepholes=True), rnn.GRUCell(3), x, lengths, dtype=tf.float32
    )
    return outputs, [], states


def static(x, lengths):
    cell = rnn.LSTMCell(4)
    inputs = [x[:, t] for t in range(TIME)]
    outputs, last = v1.nn.static_rnn(cell, inputs, dtype=tf.float32, sequence_length=lengths)
    return tf.stack(outputs, 1), [], last


def tagger(x, lengths):
    """Ids in, scores out: what a program has around a layer."""
    ids = tf.cast(tf.abs(x[..., 0]) * 4, tf.int32)
    table = v1.get_variable("embedding", [16, 5])
    outputs, last = v1.nn.dynamic_rnn(
        rnn.GRUCell(4), tf.nn.embedding_lookup(table, ids), lengths, dtype=tf.float32
    )
    return v1.layers.dense(outputs, 2, name="dense"), [], last


def partitioned(x, lengths):
    """A kernel in three parts."""
    parts = v1.get_variable("kernel", [DEPTH, 5], partitioner=v1.fixed_size_partitioner(3, axis=1))
    outputs, last = v1.nn.dynamic_rnn(
        rnn.GRUCell(4), tf.tensordot(x, tf.convert_to_tensor(parts), 1), lengths, dtype=tf.float32
    )
    return outputs, [], last


CASES = {
    "basic_rnn": dynamic(lambda: rnn.BasicRNNCell(5)),
    "basic_lstm": dynamic(lambda: rnn.BasicLSTMCell(4, forget_bias=0.5)),
    "basic_lstm_one_state": dynamic(lambda: rnn.BasicLSTMCell(4, state_is_tuple=False)),
    "lstm": dynamic(lambda: rnn.LSTMCell(4)),
    "lstm_everything": dynamic(
        lambda: rnn.LSTMCell(4, use_peepholes=True, cell_clip=0.8, num_proj=3, proj_clip=0.5)
    ),
    "lstm_time_major": dynamic(lambda: rnn.LSTMCell(4), time_major=True),
    "lstm_whole_rows": dynamic(lambda: rnn.LSTMCell(4), whole_rows=True),
    "lstm_static": static,
    "gru": dynamic(lambda: rnn.GRUCell(4)),
    "gru_relu": dynamic(lambda: rnn.GRUCell(4, activation=tf.nn.relu)),
    "stack": dynamic(lambda: rnn.MultiRNNCell([rnn.LSTMCell(4), rnn.GRUCell(3)])),
    "stack_of_three": dynamic(lambda: rnn.MultiRNNCell([rnn.BasicLSTMCell(4) for _ in range(3)])),
    "stack_one_state": dynamic(
        lambda: rnn.MultiRNNCell(
            [rnn.BasicLSTMCell(4, state_is_tuple=False) for _ in range(2)], state_is_tuple=False
        )
    ),
    "bidirectional": bidirectional,
    "residual": dynamic(lambda: rnn.ResidualWrapper(rnn.GRUCell(DEPTH))),
    "dropout": dynamic(lambda: rnn.DropoutWrapper(rnn.LSTMCell(4), 1.0, 1.0, 1.0)),
    "device": dynamic(lambda: rnn.DeviceWrapper(rnn.LSTMCell(4), "/cpu:0")),
    "stack_of_wrappers": dynamic(
        lambda: rnn.MultiRNNCell(
            [
                rnn.DropoutWrapper(rnn.LSTMCell(DEPTH), output_keep_prob=1.0),
                rnn.ResidualWrapper(rnn.LSTMCell(DEPTH)),
            ]
        )
    ),
    "tagger": tagger,
    "partitioned": partitioned,
}

OPTIMIZERS = {
    "GradientDescent": lambda: v1.train.GradientDescentOptimizer(0.1),
    "Momentum": lambda: v1.train.MomentumOptimizer(0.1, 0.9),
    "Adagrad": lambda: v1.train.AdagradOptimizer(0.1),
    "RmsProp": lambda: v1.train.RMSPropOptimizer(0.01),
    "Adadelta": lambda: v1.train.AdadeltaOptimizer(1.0),
    "Adam": lambda: v1.train.AdamOptimizer(0.01),
    "Ftrl": lambda: v1.train.FtrlOptimizer(0.1),
}


class Model:
    """A case in a graph of its own."""

    def __init__(self, name):
        self.name = name
        self.graph = tf.Graph()
        with self.graph.as_default():
            self.x = v1.placeholder(tf.float32, [None, None, DEPTH])
            self.lengths = v1.placeholder(tf.int32, [None])
            outputs, initial, last = CASES[name](self.x, self.lengths)
            self.initial = tf.nest.flatten(initial)
            self.results = tf.nest.flatten(outputs) + tf.nest.flatten(last)
            self.weights = [v1.placeholder(tf.float32) for _ in self.results]
            self.loss = tf.add_n([tf.reduce_sum(w * r) for w, r in zip(self.weights, self.results)])
        self.session = v1.Session(graph=self.graph)

    def feed(self, values):
        """Feeds what a checkpoint of values holds."""
        feed = {self.x: values["x"], self.lengths: values["lengths"]}
        for i, part in enumerate(self.initial):
            feed[part] = values[f"initial/{i}"]
        for i, weight in enumerate(self.weights):
            feed[weight] = values[f"weight/{i}"]
        return feed

    def new_values(self, random):
        """Inputs of a case, drawn anew; one row is empty."""
        shape = [TIME, BATCH, DEPTH] if self.name.endswith("time_major") else [BATCH, TIME, DEPTH]
        lengths = np.array([TIME, 3, 0, 5], np.int32)
        values = {"x": random.standard_normal(shape).astype(np.float32), "lengths": lengths}
        for i, part in enumerate(self.initial):
            values[f"initial/{i}"] = random.uniform(-1, 1, [BATCH, part.shape[1]]).astype(np.float32)
        for i, result in enumerate(self.results):
            values[f"weight/{i}"] = np.float32(0)  # to fetch shapes with
        shapes = self.session.run([tf.shape(r) for r in self.results], self.feed(values))
        for i, size in enumerate(shapes):
            values[f"weight/{i}"] = random.uniform(-1, 1, size).astype(np.float32)
        return values


def save(prefix, values):
    names = sorted(values)
    tf.raw_ops.SaveV2(
        prefix=str(prefix),
        tensor_names=names,
        shape_and_slices=[""] * len(names),
        tensors=[tf.constant(values[name]) for name in names],
    )


def load(prefix):
    reader = tf.train.load_checkpoint(str(prefix))
    return {name: reader.get_tensor(name) for name in reader.get_variable_to_shape_map()}


def write(folder):
    for number, name in enumerate(CASES):
        random = np.random.default_rng(number)
        model = Model(name)
        with model.graph.as_default():
            variables = v1.trainable_variables()
            sources = [model.x] + model.initial + variables
            labels = ["x"] + [f"initial/{i}" for i in range(len(model.initial))]
            labels += ["variable/" + variable.op.name for variable in variables]
            gradients = v1.gradients(model.loss, sources)
            gradients = [None if g is None else tf.convert_to_tensor(g) for g in gradients]
            model.session.run(v1.global_variables_initializer())
            for variable in variables:
                variable.load(random.uniform(-0.5, 0.5, variable.shape), model.session)
            values = model.new_values(random)
            results, slopes = model.session.run(
                [model.results, [g for g in gradients if g is not None]], model.feed(values)
            )
            for i, result in enumerate(results):
                values[f"result/{i}"] = result
            reached = [label for label, g in zip(labels, gradients) if g is not None]
            for label, slope in zip(reached, slopes):
                values["gradient/" + label] = slope
            place = folder / name
            place.mkdir(parents=True)
            v1.train.Saver().save(model.session, str(place / "model.ckpt"), global_step=7)
            v1.train.Saver(write_version=v1.train.SaverDef.V1).save(model.session, str(place / "old.ckpt"))
        save(place / "values", values)


def go_on(folder):
    """Restores `FOLDER/OPTIMIZER/CASE`, the newest checkpoint there, and goes on as Java did."""
    for place in sorted(folder.glob("*/*")):
        values = load(place / "values")
        model = Model(place.name)
        with model.graph.as_default():
            step = v1.train.get_or_create_global_step()
            update = OPTIMIZERS[place.parent.name]().minimize(model.loss, global_step=step)
            latest = v1.train.latest_checkpoint(str(place))
            v1.train.Saver().restore(model.session, latest)  # refuses a variable that is missing
            losses = []
            for _ in range(MORE_STEPS):
                losses.append(model.session.run([model.loss, update], model.feed(values))[0])
            count = model.session.run(step)
        save(place / "continued", {"losses": np.array(losses, np.float32), "step": np.int64(count)})


def answer(folder):
    """Runs each model's serving signature: what goes in is `input/NAME` of its values."""
    for place in sorted(path for path in folder.iterdir() if path.is_dir()):
        values = load(place / "values")
        serve = tf.saved_model.load(str(place / "model")).signatures["serving_default"]
        given = {n[len("input/") :]: tf.constant(v) for n, v in values.items() if n.startswith("input/")}
        accepted = {name: given.pop(name, None) for name in serve.structured_input_signature[1]}
        missing = [name for name, value in accepted.items() if value is None]
        if missing or given:
            sys.exit(f"{place}: the signature takes {sorted(accepted)}, got also {sorted(given)}")
        save(place / "answers", {name: value.numpy() for name, value in serve(**accepted).items()})


def keras(folder):
    """Gives each layer the arrays that stand under its class."""
    values = load(folder / "values")
    answers = {}
    for name in sorted({key.split("/")[0] for key in values if "/" in key}):
        arrays = [values[f"{name}/{part}"] for part in ("kernel", "recurrent_kernel", "bias")]
        layer = getattr(tf.keras.layers, name)(arrays[1].shape[0], return_sequences=True)
        layer.build(values["x"].shape)
        layer.set_weights(arrays)
        answers[name] = layer(values["x"]).numpy()
    save(folder / "answers", answers)


COMMANDS = {"write": write, "continue": go_on, "answer": answer, "keras": keras}
COMMANDS[sys.argv[1]](pathlib.Path(sys.argv[2]))
