package io.github.tfrnn.model;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.proto.BundleEntryProto;
import org.tensorflow.proto.BundleHeaderProto;
import org.tensorflow.proto.TensorSliceProto;
import org.tensorflow.proto.VersionDef;
import org.tensorflow.types.TString;

/** Writes what {@link BundleFile} reads, with one data file. */
final class BundleWriter implements AutoCloseable {
  private final FileChannel file;
  private final OutputStream data;
  private final SortedMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);
  private long written;

  /** Begins a data file, in place of what is there. */
  BundleWriter(Path data) throws IOException {
    this.file =
        FileChannel.open(
            data,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    this.data = new BufferedOutputStream(Channels.newOutputStream(file), 1 << 16);
    var header = BundleHeaderProto.newBuilder().setNumShards(1);
    header.setVersion(VersionDef.newBuilder().setProducer(1));
    entries.put(new byte[0], header.build().toByteArray());
  }

  /** Adds a variable. */
  void add(String name, Tensor value) throws IOException {
    put(key(name), store(value).build());
  }

  /** Adds a variable in slices, which cover {@code shape}. */
  void add(String name, Shape shape, Map<TensorSlice, Tensor> slices) throws IOException {
    var whole = BundleEntryProto.newBuilder().setShape(ShapeProtos.proto(shape));
    for (Map.Entry<TensorSlice, Tensor> slice : slices.entrySet()) {
      TensorSliceProto where = slice.getKey().proto();
      whole.addSlices(where).setDtype(slice.getValue().dataType());
      put(TensorSlice.key(name, where), store(slice.getValue()).build());
    }
    put(key(name), whole.build());
  }

  private static byte[] key(String name) {
    return name.getBytes(StandardCharsets.UTF_8);
  }

  private void put(byte[] key, BundleEntryProto entry) {
    if (entries.put(key, entry.toByteArray()) != null) {
      throw new IllegalArgumentException(
          "save: variables must have different names, got one twice: "
              + new String(key, StandardCharsets.UTF_8));
    }
  }

  private BundleEntryProto.Builder store(Tensor value) throws IOException {
    long offset = written;
    var crc = new CRC32C();
    if (value instanceof TString texts) {
      store(TensorBytes.texts(texts, TensorSlice.all(value.shape())), crc);
    } else {
      new TensorBytes(value)
          .read(
              TensorSlice.all(value.shape()),
              (bytes, length) -> {
                crc.update(bytes, 0, length);
                write(bytes, length);
              });
    }
    return BundleEntryProto.newBuilder()
        .setDtype(value.dataType())
        .setShape(ShapeProtos.proto(value.shape()))
        .setOffset(offset)
        .setSize(written - offset)
        .setCrc32C(Crc.masked(crc));
  }

  private void store(List<byte[]> texts, CRC32C crc) {
    var lengths = new ByteArrayOutputStream();
    for (byte[] text : texts) {
      Varints.write(lengths, text.length);
      crc.update(LittleEndian.of(text.length));
    }
    LittleEndian.write(lengths, Crc.masked(crc));
    byte[] first = lengths.toByteArray();
    crc.update(first, first.length - 4, 4);
    write(first, first.length);
    for (byte[] text : texts) {
      crc.update(text);
      write(text, text.length);
    }
  }

  private void write(byte[] bytes, int length) {
    try {
      data.write(bytes, 0, length);
      written += length;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the data file and writes the index; both are on the disk when this returns. */
  void finish(Path index) throws IOException {
    data.flush();
    file.force(true);
    DurableFiles.write(index, TableWriter.write(entries));
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
