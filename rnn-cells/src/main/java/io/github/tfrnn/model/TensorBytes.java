package io.github.tfrnn.model;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.buffer.ByteDataBuffer;
import org.tensorflow.ndarray.buffer.DataBuffers;
import org.tensorflow.types.TString;

/** The memory of a tensor of numbers, and slices of any tensor. */
final class TensorBytes {
  private static final int CHUNK = 1 << 20;

  private final ByteDataBuffer data;
  private final int element;

  TensorBytes(Tensor tensor) {
    this.data = tensor.asRawTensor().data();
    this.element = ElementTypes.bytes(tensor.dataType());
  }

  /** Takes the bytes of a slice from its first to its last. */
  StoredFile.Sink sink(TensorSlice slice) {
    return new StoredFile.Sink() {
      private final long run = slice.run() * element;
      private long done;

      @Override
      public void accept(byte[] bytes, int length) {
        int taken = 0;
        while (taken < length) {
          long inRun = done % run;
          int now = (int) Math.min(length - taken, run - inRun);
          data.offset(slice.place(done / run) * element + inRun).write(bytes, taken, now);
          taken += now;
          done += now;
        }
      }
    };
  }

  /** Gives the bytes of a slice from its first to its last. */
  void read(TensorSlice slice, StoredFile.Sink sink) {
    long run = slice.run() * element;
    long all = slice.elements() * element;
    byte[] chunk = new byte[(int) Math.min(CHUNK, all)];
    for (long done = 0; done < all; ) {
      int filled = 0;
      while (filled < chunk.length && done < all) {
        long inRun = done % run;
        int now = (int) Math.min(chunk.length - filled, run - inRun);
        data.offset(slice.place(done / run) * element + inRun).read(chunk, filled, now);
        filled += now;
        done += now;
      }
      sink.accept(chunk, filled);
    }
  }

  /** The texts of a slice from its first to its last. */
  static List<byte[]> texts(TString tensor, TensorSlice slice) {
    var all = new ArrayList<byte[]>();
    tensor.asBytes().scalars().forEach(text -> all.add(text.getObject()));
    var some = new ArrayList<byte[]>();
    long runs = slice.elements() == 0 ? 0 : slice.elements() / slice.run();
    for (long i = 0; i < runs; i++) {
      int at = (int) slice.place(i);
      some.addAll(all.subList(at, at + (int) slice.run()));
    }
    return some;
  }

  /** A tensor of its own with the elements of a slice; the caller closes it. */
  static Tensor copy(Tensor whole, TensorSlice slice) {
    if (whole instanceof TString text) {
      var texts = texts(text, slice).toArray(new byte[0][]);
      return TString.tensorOfBytes(slice.shape(), DataBuffers.ofObjects(texts));
    }
    Tensor copy = Tensor.of(Tensors.type(whole), slice.shape());
    var to = new TensorBytes(copy).sink(TensorSlice.all(slice.shape()));
    new TensorBytes(whole).read(slice, to);
    return copy;
  }
}
