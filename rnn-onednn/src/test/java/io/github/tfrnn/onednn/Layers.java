package io.github.tfrnn.onednn;

import io.github.tfrnn.cells.BasicLstmCell;
import io.github.tfrnn.cells.BasicRnnCell;
import io.github.tfrnn.cells.GruCell;
import io.github.tfrnn.cells.LstmCell;
import io.github.tfrnn.cells.MultiRnnCell;
import io.github.tfrnn.cells.TensorCell;
import io.github.tfrnn.ops.Reuse;
import java.util.List;
import org.tensorflow.types.TFloat32;

/** The cells that tests run on all engines; two of one kind share their weights. */
enum Layers {
  LSTM {
    @Override
    TensorCell<TFloat32, ?> cell() {
      return lstm(UNITS);
    }
  },
  GRU {
    @Override
    TensorCell<TFloat32, ?> cell() {
      return GruCell.builder(TFloat32.class, UNITS).reuse(Reuse.AUTO).build();
    }
  },
  RNN {
    @Override
    TensorCell<TFloat32, ?> cell() {
      return BasicRnnCell.builder(TFloat32.class, UNITS).reuse(Reuse.AUTO).build();
    }
  },
  /** With what engines of whole layers do not know. */
  PEEPHOLES {
    @Override
    TensorCell<TFloat32, ?> cell() {
      return LstmCell.builder(TFloat32.class, UNITS)
          .peepholes()
          .projection(4)
          .reuse(Reuse.AUTO)
          .build();
    }
  },
  STACK {
    @Override
    TensorCell<TFloat32, ?> cell() {
      return stack();
    }
  };

  static final int DEPTH = 6;
  static final int UNITS = 5;

  abstract TensorCell<TFloat32, ?> cell();

  private static TensorCell<TFloat32, ?> lstm(int units) {
    return BasicLstmCell.builder(TFloat32.class, units).forgetBias(0.7).reuse(Reuse.AUTO).build();
  }

  /** A stack of an LSTM, a GRU and a tanh cell of different widths. */
  static MultiRnnCell<TFloat32> stack() {
    return MultiRnnCell.of(
        List.of(
            BasicLstmCell.builder(TFloat32.class, 4).reuse(Reuse.AUTO).build(),
            GruCell.builder(TFloat32.class, 3).reuse(Reuse.AUTO).build(),
            BasicRnnCell.builder(TFloat32.class, 2).reuse(Reuse.AUTO).build()));
  }
}
