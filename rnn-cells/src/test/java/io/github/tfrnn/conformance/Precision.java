package io.github.tfrnn.conformance;

import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TFloat64;
import org.tensorflow.types.family.TFloating;

/** An element type, and what can be expected of it. */
enum Precision {
  DOUBLE(TFloat64.class, 1e-11, 1e-5, 1e-7),
  SINGLE(TFloat32.class, 1e-4, 1e-2, 1e-2);

  final Class<? extends TFloating> type;

  /** How much two ways to the same number may differ, for numbers around one. */
  final double tolerance;

  /** How far a central difference moves to each side. */
  final double step;

  /** How much a central difference may differ from a slope around one. */
  final double slopeTolerance;

  Precision(Class<? extends TFloating> type, double tolerance, double step, double slopeTolerance) {
    this.type = type;
    this.tolerance = tolerance;
    this.step = step;
    this.slopeTolerance = slopeTolerance;
  }

  Tensor tensor(Shape shape, double... values) {
    if (this == DOUBLE) {
      return TFloat64.tensorOf(shape, DataBuffers.of(values));
    }
    float[] narrow = new float[values.length];
    for (int i = 0; i < narrow.length; i++) {
      narrow[i] = (float) values[i];
    }
    return TFloat32.tensorOf(shape, DataBuffers.of(narrow));
  }
}
