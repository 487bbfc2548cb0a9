package io.github.tfrnn.model;

import com.google.protobuf.InvalidProtocolBufferException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.SavedSliceMeta;
import org.tensorflow.proto.SavedTensorSlices;
import org.tensorflow.proto.TensorSliceProto;

/**
 * A checkpoint of format V1: one table, or several of different variables, that hold names and
 * tensors. Source: tensor_slice_writer of TensorFlow.
 */
final class SlicesFile implements CheckpointFile {
  private final Path path;
  private final Map<String, SavedVariable> variables = new TreeMap<>();
  private final Map<String, List<Slice>> slices = new HashMap<>();

  private record Slice(Table table, TensorSliceProto proto) {}

  private SlicesFile(Path path) {
    this.path = path;
  }

  /**
   * Reads what the tables hold, not the tensors.
   *
   * @param path for messages
   * @throws CheckpointException if a file is no such table
   */
  static SlicesFile open(Path path, List<StoredFile> files) {
    var all = new SlicesFile(path);
    files.forEach(file -> all.add(Table.read(file)));
    return all;
  }

  private void add(Table table) {
    var file = table.file();
    var meta =
        table
            .get(new byte[0])
            .orElseThrow(() -> file.damaged("must have a list of variables", "none"));
    var parsed = parse(file, meta);
    if (!parsed.hasMeta()) {
      throw file.damaged("must have a list of variables", "none");
    }
    for (SavedSliceMeta slice : parsed.getMeta().getTensorList()) {
      add(table, slice);
    }
  }

  private static SavedTensorSlices parse(StoredFile file, byte[] bytes) {
    try {
      return SavedTensorSlices.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw file.damaged("entries must be those of a checkpoint", e.getMessage());
    }
  }

  private void add(Table table, SavedSliceMeta meta) {
    var file = table.file();
    String name = meta.getName();
    var shape = ShapeProtos.shape(meta.getShape());
    long elements = StoredTensor.elements(file, name, shape);
    if (elements > file.size()) { // a variable in one file has less than the whole in all
      requireRoom(file, name, shape, meta);
    }
    var variable = new SavedVariable(name, BundleFile.type(file, name, meta.getType()), shape);
    var known = variables.putIfAbsent(name, variable);
    if (known != null && !known.equals(variable)) {
      throw file.damaged(
          name + " must be " + known.kind() + ", as in another file", variable.kind());
    }
    var list = slices.computeIfAbsent(name, any -> new ArrayList<>());
    meta.getSliceList().forEach(slice -> list.add(new Slice(table, slice)));
  }

  /** An element needs at least one byte. */
  private static void requireRoom(StoredFile file, String name, Shape shape, SavedSliceMeta meta) {
    double elements = 0;
    for (TensorSliceProto slice : meta.getSliceList()) {
      elements += TensorSlice.of(file, shape, slice).elements();
    }
    if (elements > file.size()) {
      throw file.damaged(
          name + " must have no more elements than the file has bytes, " + file.size(),
          "%.0f".formatted(elements));
    }
  }

  @Override
  public Collection<SavedVariable> variables() {
    return List.copyOf(variables.values());
  }

  @Override
  public Optional<StoredTensor> find(String name) {
    var variable = variables.get(name);
    if (variable == null) {
      return Optional.empty();
    }
    var pieces = new ArrayList<StoredTensor.Piece>();
    var held = slices.getOrDefault(name, List.of());
    for (Slice slice : held) {
      var where = TensorSlice.of(slice.table().file(), variable.shape(), slice.proto());
      pieces.add(new StoredTensor.Piece(where, values(variable, slice, where.elements())));
    }
    var tensor = new StoredTensor(path, variable, List.copyOf(pieces));
    tensor.requireExact(
        held.isEmpty() ? new StoredFile(path, 0) : held.get(0).table().file(),
        variable.shape().size());
    return Optional.of(tensor);
  }

  private static StoredValues values(SavedVariable variable, Slice slice, long elements) {
    return new StoredValues() {
      @Override
      public void numbers(StoredFile.Sink sink) {
        byte[] bytes = read().numbers();
        sink.accept(bytes, bytes.length);
      }

      @Override
      public byte[][] texts() {
        return read().texts();
      }

      private SliceValues read() {
        var file = slice.table().file();
        var value =
            slice
                .table()
                .get(TensorSlice.key(variable.name(), slice.proto()))
                .orElseThrow(
                    () -> file.damaged(variable.name() + " must have all its slices", "one less"));
        var data = parse(file, value).getData();
        if (!data.getName().equals(variable.name())) {
          throw file.damaged("slices must be of " + variable.name(), data.getName());
        }
        return new SliceValues(file, variable, elements, data.getData());
      }
    };
  }
}
