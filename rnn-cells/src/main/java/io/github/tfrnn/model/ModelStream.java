package io.github.tfrnn.model;

import io.github.tfrnn.ops.Shapes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;

/**
 * One caller's sequence through a stateful signature: each run goes on from the state of the one
 * before.
 *
 * <p>The state is what the signature has among its inputs and its outputs under one name, as {@link
 * ModelSignature#state} writes it. A stream holds its tensors and closes them. It serves one thread
 * at a time; many streams of one model run at once.
 */
public final class ModelStream implements AutoCloseable {
  private final RnnModel model;
  private final LoadedSignature signature;
  private final int batch;
  private final Set<String> names;
  private final Map<String, Tensor> state = new LinkedHashMap<>();
  private final ReentrantLock busy = new ReentrantLock();
  private boolean closed;

  ModelStream(RnnModel model, LoadedSignature signature, int batch) {
    this.model = model;
    this.signature = signature;
    this.batch = batch;
    this.names = signature.stateNames();
    if (names.isEmpty()) {
      throw new IllegalArgumentException(
          signature.name()
              + ": signature must have a state, inputs and outputs of the same names, got "
              + signature);
    }
    if (batch < 0) {
      throw new IllegalArgumentException(
          signature.name() + ": batch must be at least 0, got " + batch);
    }
  }

  /**
   * Starts anew from zeros.
   *
   * @throws IllegalArgumentException if a part of the state has a shape without known sizes behind
   *     the first, or a first size that is not the batch
   * @throws IllegalStateException if the stream or the model is closed, or another thread runs it
   */
  public void reset() {
    alone(
        () -> {
          var zeros = new LinkedHashMap<String, Tensor>();
          try {
            names.forEach(name -> zeros.put(name, zeros(signature.spec(name))));
          } catch (RuntimeException e) {
            zeros.values().forEach(Tensor::close);
            throw e;
          }
          replace(zeros);
          return zeros.size();
        });
  }

  /**
   * Starts anew from given tensors, which are copied.
   *
   * @param initial one for each part of the state
   * @throws IllegalArgumentException if a part is missing, unknown, or of another type or shape
   * @throws IllegalStateException if the stream or the model is closed, or another thread runs it
   */
  public void reset(Map<String, ? extends Tensor> initial) {
    alone(
        () -> {
          if (!initial.keySet().equals(names)) {
            throw new IllegalArgumentException(
                signature.name() + ": state must be " + names + ", got " + initial.keySet());
          }
          initial.forEach(signature::requireFits);
          replace(copies(initial));
          return initial.size();
        });
  }

  /**
   * Runs once from the state held, and holds the new one.
   *
   * @param inputs one tensor for each input that is no part of the state
   * @return what came out, the state too; the caller closes it
   * @throws IllegalArgumentException if an input is missing, unknown, or of another type or shape
   * @throws IllegalStateException if the stream or the model is closed, or another thread runs it
   * @throws org.tensorflow.exceptions.TensorFlowException if the run fails or takes too long; the
   *     state is then that of before
   */
  public ModelOutputs run(Map<String, ? extends Tensor> inputs) {
    return alone(
        () -> {
          for (String name : names) {
            if (inputs.containsKey(name)) {
              throw new IllegalArgumentException(
                  signature.name()
                      + ": inputs must leave the state to the stream, got "
                      + name
                      + ". Start from a given one with reset(initial).");
            }
          }
          var all = new HashMap<String, Tensor>(inputs);
          all.putAll(state);
          var outputs = signature.run(all);
          try {
            var next = new LinkedHashMap<String, Tensor>();
            names.forEach(name -> next.put(name, outputs.get(name)));
            replace(copies(next));
            return outputs;
          } catch (RuntimeException e) {
            outputs.close();
            throw e;
          }
        });
  }

  /**
   * The tensors that the next run starts from, by name. They belong to the stream and are closed by
   * its next run.
   *
   * @throws IllegalStateException if the stream or the model is closed, or another thread runs it
   */
  public Map<String, Tensor> state() {
    return alone(() -> Map.copyOf(state));
  }

  private <R> R alone(Supplier<R> work) {
    if (!busy.tryLock()) {
      throw new IllegalStateException(
          signature.name()
              + ": stream must be used by one thread at a time, got two. Open one for each.");
    }
    try {
      if (closed) {
        throw new IllegalStateException(
            signature.name() + ": stream must be open, got a closed one");
      }
      return model.whileOpen(work);
    } finally {
      busy.unlock();
    }
  }

  private Tensor zeros(TensorSpec spec) {
    var shape = spec.shape();
    if (shape.isUnknown()) {
      throw noZeros(spec, "an unknown shape");
    }
    if (shape.numDimensions() > 0) {
      if (shape.get(0) != Shape.UNKNOWN_SIZE && shape.get(0) != batch) {
        throw new IllegalArgumentException(
            signature.name()
                + ": batch must be that of "
                + spec.name()
                + ", "
                + Shapes.text(shape)
                + ", got "
                + batch);
      }
      long[] sizes = shape.asArray();
      sizes[0] = batch;
      shape = Shape.of(sizes);
    }
    if (shape.hasUnknownDimension()) {
      throw noZeros(spec, Shapes.text(shape));
    }
    return Tensors.zeros(signature.typeOf(spec.name()), shape);
  }

  private IllegalArgumentException noZeros(TensorSpec spec, String got) {
    return new IllegalArgumentException(
        signature.name()
            + ": shape of "
            + spec.name()
            + " must be known to begin with zeros, got "
            + got
            + ". Open the stream with an initial state.");
  }

  private static Map<String, Tensor> copies(Map<String, ? extends Tensor> tensors) {
    var copies = new LinkedHashMap<String, Tensor>();
    tensors.forEach((name, tensor) -> copies.put(name, Tensors.copy(tensor)));
    return copies;
  }

  private void replace(Map<String, Tensor> by) {
    List<Tensor> old = new ArrayList<>(state.values());
    state.clear();
    state.putAll(by);
    old.forEach(Tensor::close);
  }

  /** Closes the tensors held; a run in flight on another thread ends first. */
  @Override
  public void close() {
    busy.lock();
    try {
      closed = true;
      replace(Map.of());
      model.forget(this);
    } finally {
      busy.unlock();
    }
  }
}
