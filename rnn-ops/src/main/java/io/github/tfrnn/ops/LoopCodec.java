package io.github.tfrnn.ops;

import io.github.tfrnn.ops.LoopGradientPlan.CaptureUse;
import io.github.tfrnn.ops.LoopGradientPlan.Kind;
import io.github.tfrnn.ops.LoopGradientPlan.ListRef;
import io.github.tfrnn.ops.LoopGradientPlan.Source;
import io.github.tfrnn.ops.LoopGradientPlan.Term;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.tensorflow.proto.DataType;

/** Writes a {@link LoopLayout} as the text of a node attribute, and reads it back. */
final class LoopCodec {
  private static final int VERSION = 1;
  private static final int UNKNOWN_RANK = -1;

  /** Writes one element. */
  private interface Writer<T> {
    void write(T value) throws IOException;
  }

  /** Reads one element. */
  private interface Reader<T> {
    T read() throws IOException;
  }

  private LoopCodec() {}

  static String encode(LoopLayout layout) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeByte(VERSION);
      write(out, layout);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Base64.getEncoder().withoutPadding().encodeToString(bytes.toByteArray());
  }

  /**
   * Reads what {@link #encode} wrote.
   *
   * @throws IllegalArgumentException if the text is something else
   */
  static LoopLayout decode(String text) {
    try (var in = new DataInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(text)))) {
      int version = in.readByte();
      if (version != VERSION) {
        throw new IllegalArgumentException(
            "loop: attribute must be of version " + VERSION + ", got " + version);
      }
      return readLayout(in);
    } catch (IOException e) {
      throw new IllegalArgumentException("loop: attribute must be whole, got a broken one", e);
    }
  }

  private static void write(DataOutputStream out, LoopLayout layout) throws IOException {
    out.writeUTF(layout.condition());
    out.writeUTF(layout.step());
    out.writeBoolean(layout.stateful());
    out.writeBoolean(layout.reverse());
    out.writeBoolean(layout.stops());
    out.writeBoolean(layout.exactBound());
    out.writeBoolean(layout.lowered());
    out.writeInt(layout.parallelIterations());
    for (var specs :
        List.of(layout.carry(), layout.captures(), layout.inputs(), layout.outputs())) {
      write(out, specs, spec -> write(out, spec));
    }
    out.writeUTF(layout.failure());
    write(out, layout.gradient());
  }

  private static LoopLayout readLayout(DataInputStream in) throws IOException {
    String condition = in.readUTF();
    String step = in.readUTF();
    boolean stateful = in.readBoolean();
    boolean reverse = in.readBoolean();
    boolean stops = in.readBoolean();
    boolean exactBound = in.readBoolean();
    boolean lowered = in.readBoolean();
    int parallelIterations = in.readInt();
    var carry = readList(in, () -> readSpec(in));
    var captures = readList(in, () -> readSpec(in));
    var inputs = readList(in, () -> readSpec(in));
    var outputs = readList(in, () -> readSpec(in));
    String failure = in.readUTF();
    return new LoopLayout(
        condition,
        step,
        stateful,
        reverse,
        stops,
        exactBound,
        lowered,
        parallelIterations,
        carry,
        captures,
        inputs,
        outputs,
        readGradient(in),
        failure);
  }

  private static void write(DataOutputStream out, @Nullable LoopGradientPlan plan)
      throws IOException {
    out.writeBoolean(plan != null);
    if (plan == null) {
      return;
    }
    write(out, plan.loop());
    write(out, plan.carry(), out::writeInt);
    write(out, plan.accumulated(), out::writeInt);
    write(
        out,
        plan.captures(),
        use -> {
          out.writeInt(use.index());
          out.writeBoolean(use.transposed());
        });
    write(out, plan.inputs(), ref -> write(out, ref));
    write(out, plan.inputGradients(), out::writeInt);
    write(out, plan.terms(), terms -> write(out, terms, term -> write(out, term)));
  }

  private static @Nullable LoopGradientPlan readGradient(DataInputStream in) throws IOException {
    if (!in.readBoolean()) {
      return null;
    }
    var loop = readLayout(in);
    List<Integer> carry = readList(in, in::readInt);
    List<Integer> accumulated = readList(in, in::readInt);
    var captures = readList(in, () -> new CaptureUse(in.readInt(), in.readBoolean()));
    var inputs = readList(in, () -> readRef(in));
    List<Integer> inputGradients = readList(in, in::readInt);
    var terms = readList(in, () -> readList(in, () -> readTerm(in)));
    return new LoopGradientPlan(loop, carry, accumulated, captures, inputs, inputGradients, terms);
  }

  private static void write(DataOutputStream out, Term term) throws IOException {
    out.writeUTF(term.kind().name());
    write(out, term.a());
    write(out, term.b());
    write(out, term.axes(), out::writeInt);
  }

  private static Term readTerm(DataInputStream in) throws IOException {
    var kind = Kind.valueOf(in.readUTF());
    var a = readRef(in);
    var b = readRef(in);
    return new Term(kind, a, b, readList(in, in::readInt));
  }

  private static void write(DataOutputStream out, ListRef ref) throws IOException {
    out.writeUTF(ref.source().name());
    out.writeInt(ref.index());
  }

  private static ListRef readRef(DataInputStream in) throws IOException {
    return new ListRef(Source.valueOf(in.readUTF()), in.readInt());
  }

  private static void write(DataOutputStream out, ValueSpec spec) throws IOException {
    out.writeInt(spec.type().getNumber());
    long[] dims = spec.dims();
    out.writeInt(dims == null ? UNKNOWN_RANK : dims.length);
    if (dims != null) {
      for (long size : dims) {
        out.writeLong(size);
      }
    }
  }

  private static ValueSpec readSpec(DataInputStream in) throws IOException {
    var type = DataType.forNumber(in.readInt());
    int rank = in.readInt();
    if (rank == UNKNOWN_RANK) {
      return new ValueSpec(type, null);
    }
    long[] dims = new long[rank];
    for (int i = 0; i < rank; i++) {
      dims[i] = in.readLong();
    }
    return new ValueSpec(type, dims);
  }

  private static <T> void write(DataOutputStream out, List<T> values, Writer<T> writer)
      throws IOException {
    out.writeInt(values.size());
    for (T value : values) {
      writer.write(value);
    }
  }

  private static <T> List<T> readList(DataInputStream in, Reader<T> reader) throws IOException {
    int size = in.readInt();
    var values = new ArrayList<T>();
    for (int i = 0; i < size; i++) {
      values.add(reader.read());
    }
    return values;
  }
}
