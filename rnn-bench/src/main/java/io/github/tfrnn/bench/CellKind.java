package io.github.tfrnn.bench;

import io.github.tfrnn.cells.BasicLstmCell;
import io.github.tfrnn.cells.GruCell;
import io.github.tfrnn.cells.TensorCell;
import org.tensorflow.types.TFloat32;

/** The cells that are measured: those that TensorFlow 1.x has too. */
public enum CellKind {
  /** {@link BasicLstmCell}, {@code BasicLSTMCell} there. */
  LSTM {
    @Override
    TensorCell<TFloat32, ?> cell(int units) {
      return BasicLstmCell.builder(TFloat32.class, units).build();
    }
  },
  /** {@link GruCell}, {@code GRUCell} there. */
  GRU {
    @Override
    TensorCell<TFloat32, ?> cell(int units) {
      return GruCell.builder(TFloat32.class, units).build();
    }
  };

  abstract TensorCell<TFloat32, ?> cell(int units);
}
