package io.github.tfrnn.onednn;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.dnnl.engine;

/**
 * What runs share: plans and weights in their inner order, of which those used last are kept, and
 * scratch memory. For one thread at a time, so nothing here is locked.
 */
final class Workbench {
  private final engine cpu;
  private final long limit;
  private final Map<PlanKey, Plan> plans = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<Long, PackedWeights> weights = new LinkedHashMap<>(16, 0.75f, true);
  private final Scratch scratch = new Scratch();
  private long made;

  /**
   * Begins empty.
   *
   * @param limit how many bytes all of them may take together between runs
   */
  Workbench(engine cpu, long limit) {
    this.cpu = cpu;
    this.limit = limit;
  }

  /** Returns a plan to run next, made now if need be. */
  Plan plan(PlanKey key) {
    OpenMp.use(key);
    var found = plans.get(key);
    if (found == null) {
      found = new Plan(key, cpu);
      plans.put(key, found);
      made++;
    }
    return found;
  }

  /** Returns the weights that the kernel of a number ran with last. */
  PackedWeights weights(long kernel) {
    var found = weights.get(kernel);
    if (found == null) {
      dropDead();
      found = new PackedWeights();
      weights.put(kernel, found);
    }
    return found;
  }

  /** Frees the weights of kernels that the runtime has let go of. */
  private void dropDead() {
    for (var each = weights.entrySet().iterator(); each.hasNext(); ) {
      var entry = each.next();
      if (JavaKernels.find(entry.getKey()) == null) {
        entry.getValue().close();
        each.remove();
      }
    }
  }

  /** Returns the address of memory for the slices. */
  long reserve(Slices slices) {
    return scratch.reserve(slices.total());
  }

  /** Keeps to the limit; called after each run. */
  void trim() {
    if (scratch.bytes() > limit) {
      scratch.free();
    }
    var unused = weights.values().iterator();
    while (bytes() > limit && unused.hasNext()) {
      unused.next().close();
      unused.remove();
    }
    var oldest = plans.values().iterator();
    while (bytes() > limit && oldest.hasNext()) {
      oldest.next().close();
      oldest.remove();
    }
  }

  /** What plans, weights and scratch memory take. */
  long bytes() {
    long held = weights.values().stream().mapToLong(PackedWeights::bytes).sum();
    return plans.size() * Plan.BYTES + held + scratch.bytes();
  }

  int plans() {
    return plans.size();
  }

  /** How many plans were ever made. */
  long made() {
    return made;
  }
}
