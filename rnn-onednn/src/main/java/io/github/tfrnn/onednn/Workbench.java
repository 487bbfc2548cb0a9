package io.github.tfrnn.onednn;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.dnnl.engine;

/**
 * What runs share: plans, of which those used last are kept, and scratch memory. For the compute
 * thread only, so nothing here is locked.
 */
final class Workbench {
  private final engine cpu;
  private final OpenMp threads;
  private final long limit;
  private final Map<PlanKey, Plan> plans = new LinkedHashMap<>(16, 0.75f, true);
  private final Scratch scratch = new Scratch();
  private long made;

  /**
   * Begins empty.
   *
   * @param limit how many bytes plans and scratch memory may take together between runs
   */
  Workbench(engine cpu, OpenMp threads, long limit) {
    this.cpu = cpu;
    this.threads = threads;
    this.limit = limit;
  }

  /** Returns a plan to run next, made now if need be. */
  Plan plan(PlanKey key) {
    threads.use(key);
    var found = plans.get(key);
    if (found == null) {
      found = new Plan(key, cpu);
      plans.put(key, found);
      made++;
    }
    return found;
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
    var oldest = plans.values().iterator();
    while (bytes() > limit && oldest.hasNext()) {
      oldest.next().close();
      oldest.remove();
    }
  }

  /** What plans and scratch memory take. */
  long bytes() {
    return plans.size() * Plan.BYTES + scratch.bytes();
  }

  int plans() {
    return plans.size();
  }

  /** How many plans were ever made. */
  long made() {
    return made;
  }
}
