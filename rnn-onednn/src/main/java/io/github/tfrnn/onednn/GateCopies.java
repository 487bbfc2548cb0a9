package io.github.tfrnn.onednn;

import static org.bytedeco.dnnl.memory.data_type.f32;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.stream;
import org.jspecify.annotations.Nullable;

/**
 * Copies rows of TensorFlow's kernels, {@code [D + H, blocks * H]}, to one operand of oneDNN, which
 * has each gate by itself in an order of its own, or back from the gradient of such an operand.
 */
final class GateCopies {
  private static final int INPUT = 2;
  private static final int GATE = 3;

  private final Formula formula;
  private final long units;
  private final long firstRow;
  private final long bytes;
  private final long gateBytes;
  private final long endRow;
  private final boolean back;

  /** One for each kernel; all its gates lie alike. */
  private final List<Repack> kernels = new ArrayList<>();

  private final @Nullable Repack end;

  /**
   * Makes the copies of a plan.
   *
   * @param layout of the operand
   * @param firstRow of the kernels
   * @param rows how many of them
   * @param back whether to copy from the operand
   */
  GateCopies(PlanKey key, memory.desc layout, long firstRow, long rows, boolean back, engine cpu) {
    this.formula = key.formula();
    this.units = key.units();
    this.firstRow = firstRow;
    this.back = back;
    bytes = layout.get_size();
    gateBytes = layout.get_strides().get(GATE) * Float.BYTES;
    endRow = rows * layout.get_strides().get(INPUT) * Float.BYTES;
    for (int blocks : formula.matrices()) {
      var kernel = kernel(rows, blocks);
      var gate = gate(layout, rows);
      kernels.add(back ? new Repack(gate, kernel, cpu) : new Repack(kernel, gate, cpu));
    }
    boolean hasEnd = key.ends() && firstRow == 0 && !back;
    end = hasEnd ? new Repack(kernel(1, 1), gate(layout, 1), cpu) : null;
  }

  /** H columns of a kernel. */
  private memory.desc kernel(long rows, long blocks) {
    long columns = blocks * units;
    return new memory.desc(
        new long[] {1, 1, rows, 1, units},
        f32,
        new long[] {rows * columns, rows * columns, columns, units, 1});
  }

  /** The first gate of the operand. */
  private memory.desc gate(memory.desc layout, long rows) {
    return layout.submemory_desc(new long[] {1, 1, rows, 1, units}, new long[5]);
  }

  /** How much memory the operand takes. */
  long bytes() {
    return bytes;
  }

  /**
   * Begins to copy all gates.
   *
   * @param weights a kernel and a bias each
   * @param operand the address of the operand
   */
  void run(stream queue, List<NativeTensor> weights, long operand) {
    for (int gate = 0; gate < formula.gateCount(); gate++) {
      var block = formula.gates().get(gate);
      long columns = formula.matrices().get(block.matrix()) * units;
      long kernel =
          weights.get(2 * block.matrix()).address()
              + (firstRow * columns + block.column() * units) * Float.BYTES;
      long inner = operand + gate * gateBytes;
      var copy = kernels.get(block.matrix());
      copy.run(queue, back ? inner : kernel, back ? kernel : inner);
    }
  }

  /**
   * Begins to write the weights of the input that marks rows that have ended, if there is one.
   *
   * @param ends the address of H of them for each gate
   */
  void runEnd(stream queue, long ends, long operand) {
    if (end != null) {
      for (int gate = 0; gate < formula.gateCount(); gate++) {
        end.run(queue, ends + gate * units * Float.BYTES, operand + gate * gateBytes + endRow);
      }
    }
  }
}
