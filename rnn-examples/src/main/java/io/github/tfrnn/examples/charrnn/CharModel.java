package io.github.tfrnn.examples.charrnn;

import io.github.tfrnn.cells.LayerStates;
import io.github.tfrnn.model.ModelExporter;
import io.github.tfrnn.model.ModelSignature;
import io.github.tfrnn.model.StateFeed;
import io.github.tfrnn.ops.Sequences;
import io.github.tfrnn.ops.Structure;
import io.github.tfrnn.ops.VariableScope;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.types.TFloat32;
import org.tensorflow.types.TInt32;

/** A trained character model that reads one text and predicts what comes next. */
final class CharModel implements AutoCloseable {
  private final Graph graph = new Graph();
  private final Vocabulary vocabulary;
  private final Structure<LayerStates> stateSize;
  private final Operand<TInt32> characters;
  private final StateFeed<LayerStates> state;
  private final Operand<TFloat32> logits;
  private final LayerStates lastState;
  private final Session session;

  private CharModel(Network network, Vocabulary vocabulary) {
    this.vocabulary = vocabulary;
    var tf = Ops.create(graph);
    characters =
        tf.withName("characters").placeholder(TInt32.class, Placeholder.shape(Shape.of(-1, -1)));
    var model = new CharNetwork(network, vocabulary.size());
    stateSize = model.stateSize();
    state = StateFeed.placeholders(tf, stateSize);
    var scope = VariableScope.of(graph).scope("char_rnn");
    var result = model.run(scope, characters, state.initial(), CharNetwork.Dropout.NONE);
    logits = Sequences.transposeBatchTime(tf, result.outputs());
    lastState = result.state();
    session = new Session(graph, false);
  }

  /**
   * Makes the model that a checkpoint holds, about to read a new text.
   *
   * @throws io.github.tfrnn.examples.UserError if the checkpoint is damaged
   */
  static CharModel load(Checkpoint checkpoint) {
    var model = new CharModel(checkpoint.run().network(), checkpoint.vocabulary());
    try {
      checkpoint.restoreWeights(model.session);
      model.reset();
      return model;
    } catch (RuntimeException e) {
      model.close();
      throw e;
    }
  }

  Vocabulary vocabulary() {
    return vocabulary;
  }

  /** Forgets what was read. */
  void reset() {
    state.zeros(1);
  }

  /**
   * Reads on.
   *
   * @param read numbers of characters, at least one
   * @return the logits of the character after them, one for each number of the vocabulary
   */
  float[] next(int... read) {
    var shape = Shape.of(1, read.length);
    try (var fed = TInt32.tensorOf(shape, DataBuffers.of(read));
        var result = state.run(session.runner().feed(characters, fed).fetch(logits), lastState)) {
      var last = ((TFloat32) result.get(0)).get(0, read.length - 1);
      float[] copy = new float[vocabulary.size()];
      for (int i = 0; i < copy.length; i++) {
        copy[i] = last.getFloat(i);
      }
      return copy;
    }
  }

  /**
   * Writes a SavedModel, its vocabulary among its assets.
   *
   * @param directory must not exist yet
   */
  void export(Path directory) {
    var tf = Ops.create(graph);
    ModelExporter.of(session)
        .signature(
            ModelSignature.named("serving_default")
                .input("characters", characters)
                .state("state", stateSize, state.initial(), lastState)
                .output("logits", logits)
                .output("probabilities", tf.nn.softmax(logits)))
        .asset("vocabulary.txt", vocabulary.text().getBytes(StandardCharsets.UTF_8))
        .export(directory);
  }

  @Override
  public void close() {
    state.close();
    session.close();
    graph.close();
  }
}
