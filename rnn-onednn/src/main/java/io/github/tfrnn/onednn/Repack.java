package io.github.tfrnn.onednn;

import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.reorder;
import org.bytedeco.dnnl.stream;

/** Copies numbers from one order in memory to another. */
final class Repack {
  private final Slot from;
  private final Slot to;
  private final reorder copy;

  Repack(memory.desc from, memory.desc to, engine cpu) {
    this.from = new Slot(from, cpu);
    this.to = new Slot(to, cpu);
    copy = new reorder(this.from.operand(), this.to.operand());
  }

  void run(stream queue, long fromAddress, long toAddress) {
    from.set(fromAddress);
    to.set(toAddress);
    copy.execute(queue, from.operand(), to.operand());
  }
}
