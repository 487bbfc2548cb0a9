package io.github.tfrnn.model;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.AssetFileDef;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.MetaGraphDef;
import org.tensorflow.proto.SavedModel;
import org.tensorflow.proto.TensorInfo;

/**
 * A SavedModel, read and looked through before native code sees any of it.
 *
 * @param graph with the signatures and the names of the ops that restore
 * @param signatures by name
 * @param assets files by the name of the tensor that is fed their path
 * @param initializer the op that runs after the variables were restored; null if there is none
 */
record SavedModelFile(
    Path directory,
    MetaGraphDef graph,
    Map<String, SignatureTensors> signatures,
    Map<String, Path> assets,
    @Nullable String initializer) {
  private static final String INITIALIZER = "__saved_model_init_op";

  /**
   * A signature of the file.
   *
   * @param inputs what is fed, by name
   * @param outputs what is fetched, by name
   * @param inputTensors the tensors of the graph that are fed, by the same names
   * @param outputTensors those that are fetched
   */
  record SignatureTensors(
      Map<String, TensorSpec> inputs,
      Map<String, TensorSpec> outputs,
      Map<String, String> inputTensors,
      Map<String, String> outputTensors) {}

  /**
   * Reads and checks.
   *
   * @throws IllegalArgumentException if it is no SavedModel, is damaged, or has no graph of the tag
   */
  static SavedModelFile read(Path directory, String tag) {
    if (!Files.isDirectory(directory)) {
      throw new IllegalArgumentException(
          directory
              + ": model must be the directory of a SavedModel, got "
              + (Files.exists(directory) ? "a file" : "none"));
    }
    var file = new ModelFile(directory.resolve("saved_model.pb"));
    var model = parse(file, SavedModel.parser(), ". A SavedModel has it in its directory.");
    var meta = tagged(file, model, tag);
    var structure = GraphStructure.of(file, meta.getGraphDef());
    var signatures = new TreeMap<String, SignatureTensors>();
    meta.getSignatureDefMap()
        .forEach(
            (name, definition) -> {
              if (!name.equals(INITIALIZER)) {
                var in = tensors(file, structure, name, definition.getInputsMap());
                var out = tensors(file, structure, name, definition.getOutputsMap());
                signatures.put(
                    name, new SignatureTensors(specs(in), specs(out), names(in), names(out)));
              }
            });
    var saver = meta.getSaverDef();
    if (meta.hasSaverDef() && !saver.getRestoreOpName().isEmpty()) {
      if (structure.type(saver.getFilenameTensorName()) != DataType.DT_STRING) {
        throw file.refuse(
            "saver", "be fed the name of a file", quoted(saver.getFilenameTensorName()));
      }
      requireNode(file, structure, "restore op of the saver", saver.getRestoreOpName());
    }
    VariablesCheck.require(directory, file, structure, meta);
    return new SavedModelFile(
        directory,
        meta,
        Collections.unmodifiableMap(signatures),
        assets(directory, file, structure, meta),
        initializer(file, structure, meta));
  }

  /**
   * Parses a whole file.
   *
   * @throws IllegalArgumentException if it is not of this kind
   */
  static <T extends Message> T parse(ModelFile file, Parser<T> parser, String hint) {
    var bytes = CodedInputStream.newInstance(file.read(hint));
    try {
      return parser.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw file.refuse("content", "be a protocol buffer of its kind", e);
    }
  }

  private static MetaGraphDef tagged(ModelFile file, SavedModel model, String tag) {
    var found = new ArrayList<MetaGraphDef>();
    var all = new TreeSet<String>();
    for (MetaGraphDef meta : model.getMetaGraphsList()) {
      var tags = List.copyOf(meta.getMetaInfoDef().getTagsList());
      all.add(tags.toString());
      if (Set.copyOf(tags).equals(Set.of(tag))) {
        found.add(meta);
      }
    }
    if (found.size() != 1) {
      throw file.refuse(
          "model", "have one graph with the tag " + tag, found.size() + ". Graphs have " + all);
    }
    return found.get(0);
  }

  private record Named(TensorSpec spec, String tensor) {}

  private static Map<String, Named> tensors(
      ModelFile file, GraphStructure structure, String signature, Map<String, TensorInfo> infos) {
    var tensors = new TreeMap<String, Named>();
    infos.forEach(
        (name, info) -> {
          String what = name + " of signature " + signature;
          var type = structure.type(info.getName());
          if (type == null) {
            throw file.refuse(what, "be a tensor of the graph", quoted(info.getName()));
          }
          if (FunctionLibrary.plain(type) != info.getDtype()) {
            throw file.refuse(what, "be " + type + " as in the graph", info.getDtype());
          }
          ConstantCheck.requireShape(file, "shape of " + what, info.getTensorShape());
          tensors.put(
              name, new Named(new TensorSpec(name, info.getDtype(), shape(info)), info.getName()));
        });
    return tensors;
  }

  private static Map<String, TensorSpec> specs(Map<String, Named> tensors) {
    var specs = new LinkedHashMap<String, TensorSpec>();
    tensors.forEach((name, tensor) -> specs.put(name, tensor.spec()));
    return Collections.unmodifiableMap(specs);
  }

  private static Map<String, String> names(Map<String, Named> tensors) {
    var names = new LinkedHashMap<String, String>();
    tensors.forEach((name, tensor) -> names.put(name, tensor.tensor()));
    return Collections.unmodifiableMap(names);
  }

  /** The shape that a signature tells of a tensor. */
  static Shape shape(TensorInfo info) {
    return info.hasTensorShape() ? ShapeProtos.shape(info.getTensorShape()) : Shape.unknown();
  }

  private static void requireNode(
      ModelFile file, GraphStructure structure, String what, String name) {
    if (!structure.nodes().containsKey(name)) {
      throw file.refuse(what, "be a node of the graph", quoted(name));
    }
  }

  private static @Nullable String initializer(
      ModelFile file, GraphStructure structure, MetaGraphDef meta) {
    String name = null;
    var signature = meta.getSignatureDefMap().get(INITIALIZER);
    if (signature != null) {
      name =
          signature.getOutputsMap().values().stream()
              .findFirst()
              .map(TensorInfo::getName)
              .orElse(null);
    }
    for (String collection : List.of("saved_model_main_op", "legacy_init_op")) {
      var listed = meta.getCollectionDefMap().get(collection);
      if (name == null && listed != null && listed.getNodeList().getValueCount() == 1) {
        name = listed.getNodeList().getValue(0);
      }
    }
    if (name == null) {
      return null;
    }
    String node = GraphStructure.producer(name);
    requireNode(file, structure, "initializer", node);
    return node;
  }

  private static Map<String, Path> assets(
      Path directory, ModelFile file, GraphStructure structure, MetaGraphDef meta) {
    var definitions = new ArrayList<>(meta.getAssetFileDefList());
    if (definitions.isEmpty() && meta.containsCollectionDef("saved_model_assets")) {
      for (var any :
          meta.getCollectionDefOrThrow("saved_model_assets").getAnyList().getValueList()) {
        try {
          definitions.add(AssetFileDef.parseFrom(any.getValue()));
        } catch (InvalidProtocolBufferException e) {
          throw file.refuse("asset", "be readable", e);
        }
      }
    }
    var assets = new LinkedHashMap<String, Path>();
    for (AssetFileDef asset : definitions) {
      String tensor = asset.getTensorInfo().getName();
      if (structure.type(tensor) != DataType.DT_STRING) {
        throw file.refuse(
            "asset " + asset.getFilename(), "be fed to a tensor of strings", quoted(tensor));
      }
      assets.put(tensor, asset(directory, file, asset.getFilename()));
    }
    return Collections.unmodifiableMap(assets);
  }

  private static Path asset(Path directory, ModelFile file, String name) {
    AssetName.require(file.path().toString(), name);
    var path = directory.resolve("assets").resolve(name);
    try {
      // A link may lead out of the model.
      if (Files.isRegularFile(path)
          && path.toRealPath().startsWith(directory.resolve("assets").toRealPath())) {
        return path;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(path + ": cannot be read", e);
    }
    throw file.refuse("asset " + name, "be a file in assets/ of the model", "none");
  }

  static String quoted(String text) {
    return "'" + text + "'";
  }
}
