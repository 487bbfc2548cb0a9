/**
 * Runs LSTM, GRU and tanh layers through oneDNN. Nothing here is called by a program: with this
 * module on the class path, {@code Rnn.dynamicRnn} uses it where it can, and {@code
 * options.engine(Engine.ONEDNN)} asks for it.
 *
 * <p>TensorFlow gets a type of op for each kind of layer, whose kernel is written in Java and calls
 * oneDNN; the ops are registered when the first layer is built.
 */
@NullMarked
package io.github.tfrnn.onednn;

import org.jspecify.annotations.NullMarked;
