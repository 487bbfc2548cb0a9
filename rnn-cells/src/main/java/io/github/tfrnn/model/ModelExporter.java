package io.github.tfrnn.model;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.tensorflow.Graph;
import org.tensorflow.Operand;
import org.tensorflow.Output;
import org.tensorflow.SavedModelBundle;
import org.tensorflow.Session;
import org.tensorflow.Signature;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Identity;
import org.tensorflow.proto.AssetFileDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.TensorInfo;

/**
 * Writes a SavedModel that holds only what its signatures need, with the variables under their full
 * names.
 *
 * <pre>{@code
 * ModelExporter.of(session)
 *     .signature(
 *         ModelSignature.named("serving_default")
 *             .input("x", x)
 *             .state("state", cell.stateSize(), initial, rnn.state())
 *             .output("y", rnn.outputs()))
 *     .export(Path.of("model"));
 * }</pre>
 *
 * <p>No optimizer, no gradient and no initializer goes into the file unless an output needs it, and
 * the exported graph is a copy: nothing is added to the session's. {@link RnnModel}, TensorFlow
 * Serving, Python and {@code SavedModelBundle.load} read it. The directory appears whole or not at
 * all.
 *
 * <p>To go on training elsewhere there are two ways. With {@link #trainable} the loops of the model
 * can be differentiated after loading, and a new optimizer begins with new slots. Or a signature
 * has a loss whose value waits for the training op among its outputs: then the op and its slots are
 * in the file with their values, and each call trains one step.
 */
public final class ModelExporter {
  /** TensorFlow Serving answers no other method of signatures with names of one's own. */
  private static final String PREDICT = "tensorflow/serving/predict";

  private final Session session;
  private final List<ModelSignature> signatures;
  private final Map<String, Asset> assets;
  private final boolean trainable;

  /** Where the bytes of a file come from. */
  private interface Asset {
    void writeTo(Path file) throws IOException;
  }

  private ModelExporter(
      Session session,
      List<ModelSignature> signatures,
      Map<String, Asset> assets,
      boolean trainable) {
    this.session = session;
    this.signatures = signatures;
    this.assets = assets;
    this.trainable = trainable;
  }

  /** An exporter of the variables of {@code session} and the graph it runs. */
  public static ModelExporter of(Session session) {
    return new ModelExporter(requireNonNull(session, "session"), List.of(), Map.of(), false);
  }

  /**
   * Returns the exporter with one more signature.
   *
   * @throws IllegalArgumentException if one of that name is there
   */
  public ModelExporter signature(ModelSignature signature) {
    if (signatures.stream().anyMatch(other -> other.name().equals(signature.name()))) {
      throw new IllegalArgumentException(
          "export: signatures must have different names, got " + signature.name() + " twice");
    }
    var more = new ArrayList<>(signatures);
    more.add(signature);
    return new ModelExporter(session, List.copyOf(more), assets, trainable);
  }

  /**
   * Returns the exporter with a file that goes with the model, such as a vocabulary: a copy of
   * {@code file}, made by the export.
   *
   * @param name under which it is found, {@code assets/<name>} in the model; slashes make folders
   * @throws IllegalArgumentException if the name is taken or leads out of the folder, or {@code
   *     file} is none
   */
  public ModelExporter asset(String name, Path file) {
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException("export: asset " + name + " must be a file, got " + file);
    }
    return asset(name, target -> Files.copy(file, target));
  }

  /**
   * Returns the exporter with a file of these bytes that goes with the model.
   *
   * @param name under which it is found, {@code assets/<name>} in the model; slashes make folders
   * @throws IllegalArgumentException if the name is taken or leads out of the folder
   */
  public ModelExporter asset(String name, byte[] content) {
    byte[] copy = content.clone();
    return asset(name, target -> Files.write(target, copy));
  }

  private ModelExporter asset(String name, Asset asset) {
    AssetName.require("export", name);
    var more = new LinkedHashMap<>(assets);
    if (more.put(name, asset) != null) {
      throw new IllegalArgumentException(
          "export: assets must have different names, got " + name + " twice");
    }
    return new ModelExporter(session, signatures, Collections.unmodifiableMap(more), trainable);
  }

  /**
   * Returns the exporter of a model that can be trained further: its loops keep the functions of
   * their gradients. The file is larger; its answers and their speed are the same.
   */
  public ModelExporter trainable() {
    return new ModelExporter(session, signatures, assets, true);
  }

  /**
   * Writes the model.
   *
   * @param directory made by this call; its parent is made if need be
   * @throws IllegalArgumentException if there is no signature, if the outputs need a placeholder
   *     that is not an input, or if {@code directory} exists
   * @throws UncheckedIOException if the files cannot be written
   */
  public void export(Path directory) {
    if (signatures.isEmpty()) {
      throw new IllegalArgumentException("export: signatures must be at least one, got none");
    }
    if (Files.exists(directory)) {
      throw new IllegalArgumentException(
          "export: directory must not exist yet, got "
              + directory
              + ". Choose another, or remove it.");
    }
    var target = directory.toAbsolutePath();
    try {
      Files.createDirectories(requireNonNull(target.getParent()));
      var work = Files.createTempDirectory(target.getParent(), "." + target.getFileName() + "-");
      try {
        var made = work.resolve("model");
        write(made, work.resolve("values"));
        Files.move(made, target, StandardCopyOption.ATOMIC_MOVE);
      } finally {
        delete(work);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("export: cannot write " + directory, e);
    }
  }

  private void write(Path model, Path values) throws IOException {
    var inputs = new LinkedHashMap<String, Operand<?>>();
    var outputs = new ArrayList<Operand<?>>();
    for (var signature : signatures) {
      signature.inputs().values().forEach(input -> inputs.put(key(input), input));
      outputs.addAll(signature.outputs().values());
    }
    var definition =
        InferenceGraph.of(session.graph().toGraphDef(), inputs.values(), outputs, trainable);
    var variables = variables(definition);
    try (var graph = new Graph()) {
      graph.importGraphDef(definition);
      var files = assetTensors(graph);
      try (var copy = new Session(graph, false)) {
        if (!variables.isEmpty()) {
          VariableValues.write(session, variables, values);
          copy.restore(values.toString());
        }
        SavedModelBundle.exporter(model.toString())
            .withSession(copy)
            .withSignatures(
                signatures.stream()
                    .map(signature -> in(graph, signature))
                    .toArray(Signature[]::new))
            .export();
      }
      writeAssets(model, files);
    }
  }

  /** Adds a constant for each file, which a loader feeds with the place where the file is. */
  private Map<String, String> assetTensors(Graph graph) {
    var tf = Ops.create(graph);
    var tensors = new LinkedHashMap<String, String>();
    for (String name : assets.keySet()) {
      tensors.put(name, tf.withName("asset").constant(name).op().name() + ":0");
    }
    return tensors;
  }

  private void writeAssets(Path model, Map<String, String> tensors) throws IOException {
    if (assets.isEmpty()) {
      return;
    }
    var file = model.resolve("saved_model.pb");
    var saved = SavedModel.parseFrom(Files.readAllBytes(file)).toBuilder();
    for (Map.Entry<String, Asset> asset : assets.entrySet()) {
      var target = model.resolve("assets").resolve(asset.getKey());
      Files.createDirectories(requireNonNull(target.getParent()));
      asset.getValue().writeTo(target);
      saved
          .getMetaGraphsBuilder(0)
          .addAssetFileDef(
              AssetFileDef.newBuilder()
                  .setFilename(asset.getKey())
                  .setTensorInfo(TensorInfo.newBuilder().setName(tensors.get(asset.getKey()))));
    }
    Files.write(file, saved.build().toByteArray());
  }

  private static String key(Operand<?> operand) {
    return operand.op().name() + ":" + operand.asOutput().index();
  }

  private static List<String> variables(GraphDef definition) {
    return definition.getNodeList().stream()
        .filter(node -> node.getOp().equals("VariableV2"))
        .map(NodeDef::getName)
        .toList();
  }

  private static Signature in(Graph graph, ModelSignature signature) {
    var builder = Signature.builder(signature.name()).methodName(PREDICT);
    signature
        .inputs()
        .forEach((name, input) -> builder.input(name, graph.outputOrThrow(key(input))));
    signature
        .outputs()
        .forEach(
            (name, output) ->
                builder.output(
                    name, identity(graph, signature.name(), graph.outputOrThrow(key(output)))));
    return builder.build();
  }

  // A caller in Java cannot fetch one tensor under two names, such as h as the output too.
  private static Operand<?> identity(Graph graph, String signature, Output<?> output) {
    String name = signature + "_output";
    int count = 0;
    while (graph.operation(name + "_" + count) != null) {
      count++;
    }
    return graph
        .opBuilder(Identity.OP_NAME, name + "_" + count, Ops.create(graph).scope())
        .addInput(output)
        .build()
        .output(0);
  }

  private static void delete(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
