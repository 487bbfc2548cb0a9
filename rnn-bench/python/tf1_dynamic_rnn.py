"""Times TensorFlow 1's dynamic_rnn, as commands on standard input ask (LayerProcess.java lists them).

Versions: v2 loops are the default of TensorFlow 2's compat.v1, v1 loops those of TensorFlow 1. By hand:
  printf 'open v2 LSTM 32x100x128x128\ntime v2 TRAINING 1\n' | python tf1_dynamic_rnn.py
"""

import os
import warnings

os.environ["TF_USE_LEGACY_KERAS"] = "1"  # the cells of compat.v1 are those of tf_keras
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
warnings.simplefilter("ignore")

import numpy as np
import tensorflow as tf

import layer_timing

v1 = tf.compat.v1
tf.get_logger().setLevel("ERROR")


class Layer:
    """One layer with its graph, a session and a batch of random inputs."""

    def __init__(self, version, cell, batch, steps, depth, units):
        if version == "v2":
            v1.enable_control_flow_v2()
        else:
            v1.disable_control_flow_v2()
        graph = tf.Graph()
        with graph.as_default():
            v1.set_random_seed(1)
            x = v1.placeholder(tf.float32, [None, None, depth])
            cells = {"LSTM": v1.nn.rnn_cell.BasicLSTMCell, "GRU": v1.nn.rnn_cell.GRUCell}
            outputs, _ = v1.nn.dynamic_rnn(cells[cell](units), x, dtype=tf.float32, time_major=True)
            loss = tf.reduce_mean(tf.square(outputs))
            update = v1.train.GradientDescentOptimizer(0.01).minimize(loss)
            initialize = v1.global_variables_initializer()
        session = v1.Session(graph=graph)
        session.run(initialize)
        feed = {x: np.random.default_rng(1).standard_normal((steps, batch, depth), np.float32)}
        self.runs = {
            "FORWARD": lambda: session.run(outputs, feed),
            "TRAINING": lambda: session.run([loss, update], feed),
        }
        self.close = session.close


layer_timing.obey(Layer)
