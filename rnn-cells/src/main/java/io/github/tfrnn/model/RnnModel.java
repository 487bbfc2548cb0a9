package io.github.tfrnn.model;

import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.tensorflow.Graph;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.RunOptions;
import org.tensorflow.types.TString;

/**
 * A model read from files, for any number of threads.
 *
 * <pre>{@code
 * try (var model = RnnModel.load(Path.of("model"));
 *     var stream = model.stream("serving_default", 1)) {     // one for each caller
 *   try (var outputs = stream.run(Map.of("x", window))) {     // goes on from the last window
 *     var y = outputs.get("y", TFloat32.class);
 *   }
 * }
 * }</pre>
 *
 * <p>The files are looked through before native code sees them: what is missing, cut off or does
 * not fit together is refused with an error that names it. <b>A model is a program, and it is not
 * sandboxed</b>: a graph of sound structure may still read files, take all memory or never end.
 * Load models of those you trust; {@link LoadOptions#timeout} ends loops.
 *
 * <p>A model that {@link ModelExporter#trainable} wrote can be trained further: {@code
 * VariableScope.of(model.graph())} has its variables, {@link LoadedSignature#output} the operands
 * to build a loss on, and {@link #session()} their values.
 */
public final class RnnModel implements AutoCloseable {
  private final Path source;
  private final Graph graph;
  private final Session session;
  private final RunOptions runOptions;
  private final Map<String, Path> assets = new LinkedHashMap<>();
  private final Map<String, LoadedSignature> signatures = new LinkedHashMap<>();
  private final Set<ModelStream> streams = ConcurrentHashMap.newKeySet();
  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private volatile boolean closed;

  private RnnModel(Path source, Graph graph, LoadOptions options) {
    this.source = source;
    this.graph = graph;
    this.session = new Session(graph);
    this.runOptions =
        RunOptions.newBuilder()
            .setTimeoutInMs(options.timeout().map(time -> time.toMillis()).orElse(0L))
            .build();
  }

  /**
   * Loads the graph of a SavedModel that has the tag {@code serve}.
   *
   * @see #load(Path, UnaryOperator)
   */
  public static RnnModel load(Path directory) {
    return load(directory, UnaryOperator.identity());
  }

  /**
   * Loads the graph of a SavedModel that has a tag.
   *
   * @see #load(Path, UnaryOperator)
   */
  public static RnnModel load(Path directory, String tag) {
    return load(directory, options -> options.tag(tag));
  }

  /**
   * Loads a SavedModel, with the values of its variables.
   *
   * @param directory the folder with {@code saved_model.pb}
   * @param change of the options
   * @throws IllegalArgumentException if it is no SavedModel, has no graph of the tag, is damaged,
   *     or needs an op that this runtime or this machine lacks
   * @throws java.io.UncheckedIOException if a file cannot be read
   */
  public static RnnModel load(Path directory, UnaryOperator<LoadOptions> change) {
    var options = change.apply(LoadOptions.DEFAULTS);
    var saved = SavedModelFile.read(directory, options.tag());
    var file = new ModelFile(directory.resolve("saved_model.pb"));
    return open(
        file,
        directory,
        saved.graph().getGraphDef(),
        options,
        model -> {
          saved.assets().values().forEach(path -> model.assets.put(name(directory, path), path));
          saved.signatures().forEach(model::add);
          model.restore(saved);
        });
  }

  private static String name(Path directory, Path asset) {
    return directory.resolve("assets").relativize(asset).toString().replace('\\', '/');
  }

  /**
   * Imports a graph that was looked through; what native code still refuses is told of the file.
   */
  static RnnModel open(
      ModelFile file,
      Path source,
      GraphDef definition,
      LoadOptions options,
      Consumer<RnnModel> filling) {
    var graph = new Graph();
    RnnModel model = null;
    try {
      graph.importGraphDef(definition);
      model = new RnnModel(source, graph, options);
      filling.accept(model);
      return model;
    } catch (RuntimeException e) {
      close(model, graph);
      throw file.refuse("model", "be one that TensorFlow can load", e);
    } catch (Error e) {
      close(model, graph);
      throw e;
    }
  }

  private static void close(@Nullable RnnModel model, Graph graph) {
    if (model != null) {
      model.session.close();
    }
    graph.close();
  }

  void add(String name, SavedModelFile.SignatureTensors tensors) {
    signatures.put(name, new LoadedSignature(this, name, tensors));
  }

  private void restore(SavedModelFile saved) {
    var meta = saved.graph();
    if (!meta.getSaverDef().getRestoreOpName().isEmpty()) {
      var variables = saved.directory().resolve("variables").resolve("variables");
      try (var prefix = TString.scalarOf(variables.toString())) {
        runner()
            .feed(meta.getSaverDef().getFilenameTensorName(), prefix)
            .addTarget(meta.getSaverDef().getRestoreOpName())
            .run()
            .close();
      }
    }
    if (saved.initializer() != null) {
      var paths = new LinkedHashMap<String, TString>();
      try {
        var runner = runner().addTarget(saved.initializer());
        saved.assets().forEach((t, path) -> paths.put(t, TString.scalarOf(path.toString())));
        paths.forEach(runner::feed);
        runner.run().close();
      } finally {
        paths.values().forEach(Tensor::close);
      }
    }
  }

  /** The names of the signatures. */
  public Set<String> signatures() {
    return Collections.unmodifiableSet(signatures.keySet());
  }

  /**
   * A signature, to look at and to call.
   *
   * @throws IllegalArgumentException if the model has none of that name; the message lists those it
   *     has
   */
  public LoadedSignature signature(String name) {
    var signature = signatures.get(name);
    if (signature == null) {
      throw new IllegalArgumentException(
          source + ": signature must be one of " + signatures.keySet() + ", got " + name);
    }
    return signature;
  }

  /**
   * Opens a stream that begins with a state of zeros.
   *
   * @param signature one that has a state
   * @param batch number of rows
   * @throws IllegalArgumentException if there is no such signature or it has no state, or as {@link
   *     ModelStream#reset()}
   * @throws IllegalStateException if the model is closed
   */
  public ModelStream stream(String signature, int batch) {
    return opened(new ModelStream(this, signature(signature), batch), ModelStream::reset);
  }

  /**
   * Opens a stream that begins with a given state.
   *
   * @param signature one that has a state
   * @param batch number of rows, for a later {@link ModelStream#reset()}
   * @param initial one tensor for each part of the state; they are copied
   * @throws IllegalArgumentException if there is no such signature or it has no state, or as {@link
   *     ModelStream#reset(Map)}
   * @throws IllegalStateException if the model is closed
   */
  public ModelStream stream(String signature, int batch, Map<String, ? extends Tensor> initial) {
    return opened(
        new ModelStream(this, signature(signature), batch), stream -> stream.reset(initial));
  }

  private ModelStream opened(ModelStream stream, Consumer<ModelStream> start) {
    try {
      start.accept(stream);
      whileOpen(() -> streams.add(stream));
      return stream;
    } catch (RuntimeException e) {
      stream.close();
      throw e;
    }
  }

  void forget(ModelStream stream) {
    streams.remove(stream);
  }

  /** The names of the files that came with the model. */
  public Set<String> assets() {
    return Collections.unmodifiableSet(assets.keySet());
  }

  /**
   * Where a file that came with the model is.
   *
   * @throws IllegalArgumentException if there is none of that name; the message lists those there
   *     are
   */
  public Path asset(String name) {
    var path = assets.get(name);
    if (path == null) {
      throw new IllegalArgumentException(
          source + ": asset must be one of " + assets.keySet() + ", got " + name);
    }
    return path;
  }

  /** The graph, to build on; it belongs to the model. */
  public Graph graph() {
    return graph;
  }

  /** The session that holds the variables; it belongs to the model. */
  public Session session() {
    return session;
  }

  Session.Runner runner() {
    return session.runner().setOptions(runOptions);
  }

  /** Does work that needs the session; closing waits for it. */
  <R> R whileOpen(Supplier<R> work) {
    lock.readLock().lock();
    try {
      if (closed) {
        throw new IllegalStateException(source + ": model must be open, got a closed one");
      }
      return work.get();
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * Refuses new runs, waits for those in flight, and frees the session, the graph and the states of
   * streams that are still open. Outputs that were handed out stay valid until they are closed.
   */
  @Override
  public void close() {
    closed = true;
    lock.writeLock().lock();
    try {
      session.close();
      graph.close();
    } finally {
      lock.writeLock().unlock();
    }
    List.copyOf(streams).forEach(ModelStream::close);
  }

  @Override
  public String toString() {
    return source + " " + signatures.values();
  }
}
