package io.github.tfrnn.ops;

import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.types.family.TFloating;

/**
 * Gradients after clipping, and how large they were before.
 *
 * @param gradients the clipped gradients, in the order of those given
 * @param norm scalar: the global norm of the gradients before clipping
 */
public record ClippedGradients<T extends TFloating>(List<Operand<?>> gradients, Operand<T> norm) {}
