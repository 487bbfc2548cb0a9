package io.github.tfrnn.onednn;

import io.github.tfrnn.rnn.Engine;
import io.github.tfrnn.rnn.RnnOptions;
import java.util.Set;

/** The ways to run a cell over sequences of unknown sizes; the first is what others must equal. */
enum Way {
  LOOP(Engine.LOOP),
  RECOMPUTE(Engine.LOOP) {
    @Override
    <S> RnnOptions<S> of(RnnOptions<S> options) {
      return super.of(options).recompute();
    }
  },
  SEGMENTS(Engine.LOOP) {
    @Override
    <S> RnnOptions<S> of(RnnOptions<S> options) {
      return super.of(options).segments();
    }
  },
  SEGMENTS_OF_THREE_STEPS(Engine.LOOP) {
    @Override
    <S> RnnOptions<S> of(RnnOptions<S> options) {
      return super.of(options).segments(3);
    }
  },
  SLICED(Engine.SLICED),
  UNROLLED_STEPS(Engine.UNROLLED_STEPS),
  FUSED(Engine.FUSED, Layers.LSTM, Layers.GRU),
  ONEDNN(Engine.ONEDNN, Layers.LSTM, Layers.GRU, Layers.RNN, Layers.STACK);

  private final Engine engine;
  private final Set<Layers> layers;

  Way(Engine engine, Layers... layers) {
    this.engine = engine;
    this.layers = Set.of(layers.length == 0 ? Layers.values() : layers);
  }

  Engine engine() {
    return engine;
  }

  boolean runs(Layers layer) {
    return layers.contains(layer);
  }

  <S> RnnOptions<S> of(RnnOptions<S> options) {
    return options.engine(engine);
  }
}
