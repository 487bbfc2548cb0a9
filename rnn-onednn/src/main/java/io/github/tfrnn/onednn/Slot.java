package io.github.tfrnn.onednn;

import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.memory;
import org.bytedeco.javacpp.Pointer;

/** An operand of a primitive whose address is set for each run. */
final class Slot {
  private final memory operand;
  private final long bytes;
  private final Address address = new Address();

  /** A pointer that can be told where to point. */
  private static final class Address extends Pointer {
    Address() {
      super((Pointer) null);
    }

    Address to(long address) {
      this.address = address;
      return this;
    }
  }

  Slot(memory.desc layout, engine cpu) {
    operand = new memory(layout, cpu, new Address());
    bytes = layout.get_size();
  }

  memory operand() {
    return operand;
  }

  long bytes() {
    return bytes;
  }

  void set(long address) {
    operand.set_data_handle(this.address.to(address));
  }
}
