package io.github.tfrnn.model;

import com.google.protobuf.InvalidProtocolBufferException;
import io.github.tfrnn.ops.Shapes;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.BundleEntryProto;
import org.tensorflow.proto.BundleHeaderProto;
import org.tensorflow.proto.DataType;
import org.tensorflow.proto.TensorSliceProto;

/**
 * A checkpoint of format V2: a table {@code prefix.index} of names, and the tensors side by side in
 * {@code prefix.data-00000-of-00001} and so on. Source: tensor_bundle of TensorFlow.
 */
final class BundleFile implements CheckpointFile {
  private static final int VERSION = 1;

  private final Path prefix;
  private final StoredFile index;
  private final int shards;
  private final Map<Integer, StoredFile> data = new HashMap<>();
  private final Map<String, BundleEntryProto> slices = new HashMap<>();
  private final Map<String, StoredTensor> tensors = new TreeMap<>();

  private BundleFile(Path prefix, StoredFile index, int shards) {
    this.prefix = prefix;
    this.index = index;
    this.shards = shards;
  }

  static Path index(Path prefix) {
    return prefix.resolveSibling(prefix.getFileName() + ".index");
  }

  static Path data(Path prefix, int shard, int shards) {
    return prefix.resolveSibling(
        prefix.getFileName() + ".data-%05d-of-%05d".formatted(shard, shards));
  }

  /**
   * Reads the index and looks whether every tensor lies in the files that it names.
   *
   * @throws CheckpointException if not
   */
  static BundleFile open(Path prefix) {
    var index = StoredFile.at(index(prefix));
    var table = Table.read(index);
    var header =
        table.get(new byte[0]).orElseThrow(() -> index.damaged("must have a header", "none"));
    var file = new BundleFile(prefix, index, shards(index, header));
    var entries = new TreeMap<String, BundleEntryProto>();
    table.visit(
        (key, value) -> {
          if (key.length > 0 && key[0] == 0) {
            file.slices.put(latin(key), file.entry("a slice", value));
          } else if (key.length > 0) {
            String name = file.name(key);
            entries.put(name, file.entry(name, value));
          }
        });
    entries.forEach((name, entry) -> file.tensors.put(name, file.tensor(name, entry)));
    file.requireRoom(entries.values());
    return file;
  }

  private static int shards(StoredFile index, byte[] value) {
    try {
      var header = BundleHeaderProto.parseFrom(value);
      if (header.getNumShards() < 1) {
        throw index.damaged("data files must be at least 1", header.getNumShards());
      }
      if (header.getEndianness() != BundleHeaderProto.Endianness.LITTLE) {
        throw index.damaged("byte order must be little endian", header.getEndianness());
      }
      if (header.getVersion().getMinConsumer() > VERSION) {
        throw index.damaged(
            "version must be readable by programs of version " + VERSION,
            "one for version " + header.getVersion().getMinConsumer());
      }
      return header.getNumShards();
    } catch (InvalidProtocolBufferException e) {
      throw index.damaged("must have a header", e.getMessage());
    }
  }

  /** One character a byte, so that arrays of bytes can be keys of a map. */
  private static String latin(byte[] key) {
    return new String(key, StandardCharsets.ISO_8859_1);
  }

  private String name(byte[] key) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString();
    } catch (CharacterCodingException e) {
      throw index.damaged("names must be UTF-8", latin(key));
    }
  }

  private BundleEntryProto entry(String name, byte[] value) {
    try {
      return BundleEntryProto.parseFrom(value);
    } catch (InvalidProtocolBufferException e) {
      throw index.damaged(name + " must have an entry", e.getMessage());
    }
  }

  private StoredTensor tensor(String name, BundleEntryProto entry) {
    var shape = ShapeProtos.shape(entry.getShape());
    long elements = StoredTensor.elements(index, name, shape);
    var variable = new SavedVariable(name, type(index, name, entry.getDtype()), shape);
    var pieces = new ArrayList<StoredTensor.Piece>();
    if (entry.getSlicesCount() == 0) {
      pieces.add(piece(name, TensorSlice.all(shape), entry));
    }
    for (TensorSliceProto slice : entry.getSlicesList()) {
      var where = TensorSlice.of(index, shape, slice);
      var held = slices.get(latin(TensorSlice.key(name, slice)));
      if (held == null) {
        throw index.damaged(
            name + " must have all its slices", "none at " + Shapes.text(Shape.of(where.begin())));
      }
      if (held.getDtype() != entry.getDtype()) {
        throw index.damaged(
            name + ": slices must be " + ElementTypes.text(entry.getDtype()),
            ElementTypes.text(held.getDtype()));
      }
      pieces.add(piece(name, where, held));
    }
    var tensor = new StoredTensor(prefix, variable, List.copyOf(pieces));
    tensor.requireExact(index, elements);
    return tensor;
  }

  static DataType type(StoredFile file, String name, DataType type) {
    if (type == DataType.UNRECOGNIZED || type == DataType.DT_INVALID) {
      throw file.damaged(name + " must have a type", "none");
    }
    return type;
  }

  private StoredTensor.Piece piece(String name, TensorSlice where, BundleEntryProto entry) {
    if (entry.getShardId() < 0 || entry.getShardId() >= shards) {
      throw index.damaged(
          name + " must be in one of " + shards + " data files",
          "number " + Integer.toUnsignedString(entry.getShardId()));
    }
    var file =
        data.computeIfAbsent(
            entry.getShardId(), shard -> StoredFile.at(data(prefix, shard, shards)));
    file.requireInside(entry.getOffset(), entry.getSize(), name);
    int bytes = ElementTypes.bytes(entry.getDtype());
    long elements = where.elements();
    // A text has at least its length, of one byte; four more are the checksum of the lengths.
    if (bytes > 0 ? entry.getSize() != elements * bytes : entry.getSize() < elements) {
      throw index.damaged(
          name
              + ": "
              + ElementTypes.text(entry.getDtype())
              + Shapes.text(where.shape())
              + " must have "
              + (bytes > 0 ? elements * bytes : "at least " + elements)
              + " bytes",
          entry.getSize());
    }
    return new StoredTensor.Piece(where, new BundleValues(file, name, entry, elements));
  }

  /** Tensors do not share bytes, so that all together they need no more memory than the files. */
  private void requireRoom(Collection<BundleEntryProto> entries) {
    long room = data.values().stream().mapToLong(StoredFile::size).sum();
    double needed =
        Stream.concat(slices.values().stream(), entries.stream())
            .mapToDouble(BundleEntryProto::getSize)
            .sum();
    if (needed > room) {
      throw index.damaged(
          "tensors must not share bytes of the data files", "%.0f of %d".formatted(needed, room));
    }
  }

  @Override
  public Collection<SavedVariable> variables() {
    return tensors.values().stream().map(StoredTensor::variable).toList();
  }

  @Override
  public Optional<StoredTensor> find(String name) {
    return Optional.ofNullable(tensors.get(name));
  }
}
