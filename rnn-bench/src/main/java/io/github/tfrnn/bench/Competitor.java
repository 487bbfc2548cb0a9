package io.github.tfrnn.bench;

/** A layer that can be timed, of this library or of another. */
interface Competitor extends AutoCloseable {
  /** What tables call it. */
  String name();

  /** Times a task for about {@code seconds}. */
  Timing time(Task task, double seconds);

  /** Frees the layer. */
  @Override
  void close();

  /** A layer of this library. */
  static Competitor ours(CellKind cell, LayerShape shape, RnnPath path) {
    var layer = new Layer(cell, shape, path);
    return new Competitor() {
      @Override
      public String name() {
        return path.label();
      }

      @Override
      public Timing time(Task task, double seconds) {
        return Timing.of(seconds, () -> requireFinite(path, layer.run(task)));
      }

      @Override
      public void close() {
        layer.close();
      }
    };
  }

  private static void requireFinite(RnnPath path, float number) {
    if (!Float.isFinite(number)) {
      throw new IllegalStateException(path.label() + ": must give finite numbers, got " + number);
    }
  }
}
