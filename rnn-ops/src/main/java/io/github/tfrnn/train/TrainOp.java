package io.github.tfrnn.train;

import io.github.tfrnn.ops.Variable;
import java.util.List;
import org.tensorflow.Operand;
import org.tensorflow.Operation;
import org.tensorflow.op.Op;
import org.tensorflow.types.family.TFloating;

/**
 * One step of training: give it to {@code Session.Runner.addTarget}.
 *
 * @param op does everything: updates, powers, global step
 * @param globalNorm scalar: the global norm of the gradients before clipping; costs nothing if it
 *     is neither fetched nor clipped by
 * @param variables those that the op changes, without slots
 */
public record TrainOp(
    Operation op, Operand<? extends TFloating> globalNorm, List<Variable> variables)
    implements Op {}
