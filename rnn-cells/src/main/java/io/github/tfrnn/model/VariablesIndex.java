package io.github.tfrnn.model;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the variables' files of a SavedModel hold. */
final class VariablesIndex {
  private static final long MAGIC = 0xdb4775248b80fb57L;
  private static final int FOOTER_BYTES = 48;

  private VariablesIndex() {}

  /** Looks at the files; null where what they hold is not known. */
  static @Nullable Map<String, TensorSpec> read(Path prefix) {
    var index = new ModelFile(prefix.resolveSibling(prefix.getFileName() + ".index"));
    byte[] bytes = index.read("");
    if (bytes.length < FOOTER_BYTES
        || ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong(bytes.length - 8)
            != MAGIC) {
      throw index.refuse("content", "be the index of a checkpoint", bytes.length + " other bytes");
    }
    var data = prefix.resolveSibling(prefix.getFileName() + ".data-00000-of-00001");
    if (!Files.isRegularFile(data)) {
      throw new IllegalArgumentException(data + ": file must exist, got none");
    }
    return null;
  }
}
