package io.github.tfrnn.ops.spi;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** The engines on the class path or module path. */
public final class LayerEngines {
  private static final List<LayerEngine> ALL = new ArrayList<>();
  private static final List<String> BROKEN = new ArrayList<>();

  static {
    var found = ServiceLoader.load(LayerEngine.class, LayerEngine.class.getClassLoader());
    for (var each = found.iterator(); next(each); ) {}
  }

  private LayerEngines() {}

  /** An engine that cannot be made must not take the others with it. */
  private static boolean next(java.util.Iterator<LayerEngine> each) {
    try {
      if (!each.hasNext()) {
        return false;
      }
      ALL.add(each.next());
    } catch (ServiceConfigurationError | LinkageError e) {
      BROKEN.add(String.valueOf(e.getMessage()));
    }
    return true;
  }

  /** All that could be made. */
  public static List<LayerEngine> all() {
    return List.copyOf(ALL);
  }

  /** What was said of those that could not be made. */
  public static List<String> broken() {
    return List.copyOf(BROKEN);
  }

  /** The engine of a name. */
  public static Optional<LayerEngine> named(String name) {
    return ALL.stream().filter(engine -> engine.name().equals(name)).findFirst();
  }
}
