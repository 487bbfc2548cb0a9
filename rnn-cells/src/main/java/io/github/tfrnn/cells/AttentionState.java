package io.github.tfrnn.cells;

import org.tensorflow.Operand;
import org.tensorflow.types.family.TFloating;

/**
 * The state of an {@link AttentionCellWrapper}, in the order of TensorFlow 1.15.
 *
 * @param cell the state of the cell inside
 * @param attention what the last step attended to, shape {@code [batch, attentionSize]}
 * @param window the last outputs, the oldest first, shape {@code [batch, length * attentionSize]}
 */
public record AttentionState<T extends TFloating, S>(
    S cell, Operand<T> attention, Operand<T> window) {}
