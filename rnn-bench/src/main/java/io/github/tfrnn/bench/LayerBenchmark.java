package io.github.tfrnn.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Forward pass and training step of one layer, for every cell, shape and path. {@link
 * LayerBenchmarks} runs those that go together.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 1)
public class LayerBenchmark {
  /** The cell. */
  @Param public CellKind cell = CellKind.LSTM;

  /** Batch, time, depth and units; those of {@link LayerShape#BENCHMARKED}. */
  @Param({
    "1x100x128x128",
    "32x20x64x64",
    "32x100x128x128",
    "32x100x256x512",
    "64x50x512x512",
    "128x28x28x128",
    "32x1000x128x128"
  })
  public String shape = "1x100x128x128";

  /** How the cell is run over the sequence. */
  @Param public RnnPath path = RnnPath.STORED;

  @SuppressWarnings("NullAway.Init") // open() is called first
  private Layer layer;

  /**
   * Builds the graph.
   *
   * @throws IllegalArgumentException if the path does not support the shape
   */
  @Setup
  public void open() {
    var sizes = LayerShape.parse(shape);
    if (!path.supports(sizes.time())) {
      throw new IllegalArgumentException(
          "layer benchmark: path must support " + shape + " here, got " + path);
    }
    layer = new Layer(cell, sizes, path);
  }

  /** Frees the graph. */
  @TearDown
  public void close() {
    layer.close();
  }

  /** Computes the outputs of all steps. */
  @Benchmark
  public float forward() {
    return layer.forward();
  }

  /** Computes loss and gradients and updates the weights. */
  @Benchmark
  public float trainingStep() {
    return layer.trainingStep();
  }
}
