package io.github.tfrnn.onednn;

import static org.bytedeco.dnnl.memory.data_type.f32;
import static org.bytedeco.dnnl.memory.format_tag.any;
import static org.bytedeco.dnnl.memory.format_tag.ldgo;
import static org.bytedeco.dnnl.memory.format_tag.ldnc;
import static org.bytedeco.dnnl.memory.format_tag.tnc;

import org.bytedeco.dnnl.memory;

/**
 * How operands lie in memory: sequences by time, batch, channel; states by layer, direction, batch,
 * channel; weights by layer, direction, input, gate, output.
 *
 * @param x inputs
 * @param y outputs
 * @param state h or c
 * @param bias of all gates
 * @param anyLayer weights of the inputs, as oneDNN likes them
 * @param anyIteration weights of h, as oneDNN likes them
 */
record PlanShapes(
    memory.desc x,
    memory.desc y,
    memory.desc state,
    memory.desc bias,
    memory.desc anyLayer,
    memory.desc anyIteration) {

  static PlanShapes of(PlanKey key) {
    long gates = key.formula().gateCount();
    long units = key.units();
    return new PlanShapes(
        floats(tnc, key.time(), key.batch(), key.depth()),
        floats(tnc, key.time(), key.batch(), units),
        floats(ldnc, 1, 1, key.batch(), units),
        floats(ldgo, 1, 1, gates, units),
        floats(any, 1, 1, key.depth(), gates, units),
        floats(any, 1, 1, units, gates, units));
  }

  private static memory.desc floats(memory.format_tag layout, long... dims) {
    return new memory.desc(dims, f32, layout);
  }
}
