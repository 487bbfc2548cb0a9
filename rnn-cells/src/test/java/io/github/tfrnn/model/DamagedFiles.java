package io.github.tfrnn.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.types.TBfloat16;
import org.tensorflow.types.TInt32;
import org.tensorflow.types.TUint16;

/**
 * Reads files that TensorFlow wrote and that are damaged in a new way each time, and counts how
 * often they are read and how often refused. Anything else ends the program with an error.
 */
final class DamagedFiles {
  private static final long MOST_MILLIS = 5_000;

  private final Path folder;
  private final Random random;
  private final List<NativeFiles.Named> tensors;
  private int read;
  private int refused;

  private DamagedFiles(Path folder, long seed) {
    this.folder = folder;
    this.random = new Random(seed);
    this.tensors = write(folder);
  }

  /**
   * Prints the two counts of each kind of damage.
   *
   * @param args a folder, the number of cases, a seed, and kinds: a file in it and {@code sealed}
   *     to make checksums right again or {@code plain}
   */
  public static void main(String[] args) throws IOException {
    for (String kind : args[3].split(",", -1)) {
      var run = new DamagedFiles(Path.of(args[0]), Long.parseLong(args[2]));
      String file = kind.substring(0, kind.indexOf(' '));
      run.fuzz(file, kind.endsWith(" sealed"), Integer.parseInt(args[1]));
      System.out.println(kind + ": read " + run.read + ", refused " + run.refused);
    }
  }

  /** A checkpoint of each format with all types and with slices, and a list of them. */
  private static List<NativeFiles.Named> write(Path folder) {
    var tensors = // the old format has no such types
        Sample.all().tensors.stream()
            .filter(it -> !(it.value() instanceof TBfloat16) && !(it.value() instanceof TUint16))
            .toList();
    var all = new ArrayList<>(tensors);
    for (int i = 0; i < 3; i++) {
      var part = TInt32.tensorOf(Shape.of(2, 70), t -> t.scalars().forEach(s -> s.setInt(-5)));
      all.add(new NativeFiles.Named("parts", "6 70 %d,2:-".formatted(2 * i), part));
    }
    NativeFiles.v1(folder.resolve("v1"), all);
    NativeFiles.v2(folder.resolve("v2"), all);
    try {
      Files.writeString(
          CheckpointState.file(folder),
          """
          model_checkpoint_path: "v2"
          all_model_checkpoint_paths: "v1"
          all_model_checkpoint_paths: "caf\\303\\251"
          all_model_checkpoint_paths: "v2"
          all_model_checkpoint_timestamps: 1700000000.25
          # unsettled "v3"
          """);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return tensors;
  }

  private void fuzz(String name, boolean sealed, int cases) throws IOException {
    var file = folder.resolve(name);
    byte[] good = Files.readAllBytes(file);
    var blocks = sealed ? blocks(StoredFile.at(file), good) : List.<int[]>of();
    for (int i = 0; i < cases; i++) {
      Files.write(file, sealed ? overwritten(good, blocks) : damaged(good));
      long start = System.nanoTime();
      try {
        if (name.equals("checkpoint")) {
          Checkpoints.in(folder).all();
          Checkpoints.in(folder).latest().ifPresent(Checkpoint::verify);
        } else {
          readAll(Checkpoint.open(folder.resolve(name.substring(0, 2))), !sealed);
        }
        read++;
      } catch (CheckpointException e) {
        require(String.valueOf(e.getMessage()).contains(folder.toString()), i, e);
        refused++;
      } catch (RuntimeException | Error e) {
        throw new IllegalStateException("case " + i, e);
      }
      long millis = (System.nanoTime() - start) / 1_000_000;
      require(millis < MOST_MILLIS, i, millis + " ms");
    }
  }

  private static void require(boolean right, int number, Object what) {
    if (!right) {
      throw new IllegalStateException("case " + number + ": " + what);
    }
  }

  private void readAll(Checkpoint checkpoint, boolean same) {
    checkpoint.verify();
    for (var variable : checkpoint.variables()) {
      if (ElementTypes.tensorClass(variable.dtype()).isPresent()) {
        checkpoint.read(variable.name()).close();
      }
    }
    if (same) {
      for (var named : tensors) {
        try (var value = checkpoint.read(named.name())) {
          require(Sample.content(named.value()).equals(Sample.content(value)), read, named.name());
        }
      }
    }
  }

  private byte[] damaged(byte[] good) {
    return switch (random.nextInt(4)) {
      case 0 -> Arrays.copyOf(good, random.nextInt(good.length));
      case 1 -> {
        byte[] longer = new byte[good.length + 1 + random.nextInt(20)];
        int at = random.nextInt(good.length);
        random.nextBytes(longer);
        System.arraycopy(good, 0, longer, 0, at);
        System.arraycopy(good, at, longer, at + longer.length - good.length, good.length - at);
        yield longer;
      }
      case 2 -> huge(good.clone(), random.nextInt(good.length), good.length);
      default -> {
        byte[] bad = good.clone();
        for (int i = random.nextInt(3); i >= 0; i--) {
          bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
        }
        yield bad;
      }
    };
  }

  /** Puts there what is read as a length of up to 63 bits. */
  private byte[] huge(byte[] bytes, int at, int end) {
    int length = Math.min(1 + random.nextInt(9), end - at);
    Arrays.fill(bytes, at, at + length, (byte) 0xff);
    bytes[at + length - 1] = 0x7f;
    return bytes;
  }

  /** Places and lengths of the blocks of a table, each with its type and without its checksum. */
  private static List<int[]> blocks(StoredFile file, byte[] good) {
    var footer = new Varints(good, good.length - Table.FOOTER, good.length);
    footer.next();
    footer.next();
    int index = (int) footer.next();
    int length = (int) footer.next();
    var blocks = new ArrayList<int[]>();
    blocks.add(new int[] {index, length + 1});
    TableBlock.read(file, index, length)
        .visit(
            (key, bytes, offset, size) -> {
              var handle = new Varints(bytes, offset, offset + size);
              return blocks.add(new int[] {(int) handle.next(), (int) handle.next() + 1});
            });
    return blocks;
  }

  private byte[] overwritten(byte[] good, List<int[]> blocks) {
    byte[] bad = good.clone();
    int[] block = blocks.get(random.nextInt(blocks.size()));
    int end = block[0] + block[1];
    int at = block[0] + random.nextInt(block[1] - 1);
    if (random.nextBoolean()) {
      huge(bad, at, end - 1);
    } else {
      bad[at] ^= (byte) (1 + random.nextInt(255));
    }
    byte[] sum = LittleEndian.of(Crc.masked(bad, block[0], block[1]));
    System.arraycopy(sum, 0, bad, end, sum.length);
    return bad;
  }
}
