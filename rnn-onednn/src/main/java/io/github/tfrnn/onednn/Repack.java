package io.github.tfrnn.onednn;

import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;
import org.jspecify.annotations.Nullable;

/** Changes weights from one order in memory to another; where both are one, nothing is copied. */
final class Repack {
  private final Slot from;
  private final Slot to;
  private final @Nullable reorder copy;

  Repack(memory.desc from, memory.desc to, engine cpu) {
    this.from = new Slot(from, cpu);
    this.to = new Slot(to, cpu);
    copy = from.equals(to) ? null : new reorder(this.from.operand(), this.to.operand());
  }

  /** Whether it copies; if not, both addresses may be one. */
  boolean copies() {
    return copy != null;
  }

  long fromBytes() {
    return from.bytes();
  }

  long toBytes() {
    return to.bytes();
  }

  void run(stream queue, long fromAddress, long toAddress) {
    if (copy != null) {
      from.set(fromAddress);
      to.set(toAddress);
      copy.execute(queue, from.operand(), to.operand());
    }
  }

  /** Copies if need be; returns where the weights are then. */
  long moved(stream queue, long fromAddress, long toAddress) {
    run(queue, fromAddress, toAddress);
    return copy == null ? fromAddress : toAddress;
  }
}
