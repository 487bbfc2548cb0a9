package io.github.tfrnn.model;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.tensorflow.proto.TensorProto;

/** The elements of a tensor of strings, of which there are two ways to write them. */
final class StringConstant {
  private StringConstant() {}

  /**
   * Reads the elements, in order; those that are not written are empty.
   *
   * @param elements how many there are by the shape
   * @return nothing if the bytes are not those of so many strings
   */
  static Optional<List<ByteString>> read(TensorProto tensor, int elements) {
    var content = tensor.getTensorContent();
    if (content.isEmpty()) {
      return Optional.of(tensor.getStringValList());
    }
    // All lengths, then all characters.
    var in = content.newCodedInput();
    var lengths = new ArrayList<Integer>();
    var strings = new ArrayList<ByteString>();
    try {
      for (int i = 0; i < elements; i++) {
        lengths.add(in.readRawVarint32());
      }
      for (int length : lengths) {
        if (length < 0 || length > content.size()) {
          return Optional.empty();
        }
        strings.add(ByteString.copyFrom(in.readRawBytes(length)));
      }
      return in.isAtEnd() ? Optional.of(strings) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }
}
