package io.github.tfrnn.onednn;

import java.util.EnumMap;
import java.util.Map;
import org.bytedeco.dnnl.IntMemoryMap;
import org.bytedeco.dnnl.engine;
import org.bytedeco.dnnl.memory;
import org.bytedeco.dnnl.primitive;
import org.bytedeco.dnnl.stream;
import org.bytedeco.javacpp.PointerScope;
import org.jspecify.annotations.Nullable;

/**
 * The compiled form of one pass over a layer of one set of sizes. It owns no memory of the size of
 * its operands: all addresses are given to it with each run. For one thread at a time.
 */
final class Plan implements AutoCloseable {
  /** What a plan was seen to take in memory, code and descriptions together. */
  static final long BYTES = 300L << 10;

  private final PointerScope natives = new PointerScope();
  private final stream queue;
  private final primitive compiled;
  private final IntMemoryMap arguments = new IntMemoryMap();
  private final Map<Argument, Slot> slots = new EnumMap<>(Argument.class);
  private final GateCopies layer;
  private final GateCopies iteration;
  private final @Nullable GateCopies layerGradient;
  private final @Nullable GateCopies iterationGradient;
  private final long workspaceBytes;

  Plan(PlanKey key, engine cpu) {
    try {
      var shapes = PlanShapes.of(key);
      var made = Primitives.of(key, shapes, cpu);
      queue = new stream(cpu);
      compiled = made.compiled();
      layer = new GateCopies(key, made.layer(), 0, key.inputs(), false, cpu);
      iteration = new GateCopies(key, made.iteration(), key.inputs(), key.units(), false, cpu);
      layerGradient = gradient(key, made.layerGradient(), 0, key.inputs(), cpu);
      iterationGradient = gradient(key, made.iterationGradient(), key.inputs(), key.units(), cpu);
      workspaceBytes = made.workspace() == null ? 0 : made.workspace().get_size();
      for (var argument : Argument.values()) {
        var layout = argument.layout(shapes, made);
        if (layout != null && argument.isOf(key)) {
          bind(argument, layout, cpu);
        }
      }
      natives.extend(); // or else the next line frees all
    } finally {
      natives.close();
    }
  }

  private static @Nullable GateCopies gradient(
      PlanKey key, memory.@Nullable desc from, long firstRow, long rows, engine cpu) {
    return from == null ? null : new GateCopies(key, from, firstRow, rows, true, cpu);
  }

  private void bind(Argument argument, memory.desc layout, engine cpu) {
    var slot = new Slot(layout, cpu);
    slots.put(argument, slot);
    arguments.put(argument.number(), slot.operand());
  }

  /** How much memory an argument takes; 0 if there is none such. */
  long bytes(Argument argument) {
    var slot = slots.get(argument);
    return slot == null ? 0 : slot.bytes();
  }

  /** What a training pass keeps for the gradient. */
  long workspaceBytes() {
    return workspaceBytes;
  }

  GateCopies layer() {
    return layer;
  }

  GateCopies iteration() {
    return iteration;
  }

  /** The gradient of the weights of the inputs; of a backward pass. */
  GateCopies layerGradient() {
    return of(layerGradient);
  }

  /** The gradient of the weights of h; of a backward pass. */
  GateCopies iterationGradient() {
    return of(iterationGradient);
  }

  private static GateCopies of(@Nullable GateCopies gradient) {
    if (gradient == null) {
      throw new IllegalStateException("a forward plan has no gradient of weights");
    }
    return gradient;
  }

  stream queue() {
    return queue;
  }

  /** Says where an argument is. */
  void set(Argument argument, long address) {
    var slot = slots.get(argument);
    if (slot != null) {
      slot.set(address);
    }
  }

  /** Waits for copies that were begun. */
  void await() {
    queue._wait();
  }

  /** Runs the pass over the arguments that were set. */
  void run() {
    compiled.execute(queue, arguments);
    await();
  }

  @Override
  public void close() {
    natives.close();
  }
}
