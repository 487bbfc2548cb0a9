package io.github.tfrnn.model;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** Changes of files that outlive a crash of the program and of the machine. */
final class DurableFiles {
  private DurableFiles() {}

  /** Writes a file and waits until it is on the disk. */
  static void write(Path path, byte[] bytes) throws IOException {
    try (var file =
        FileChannel.open(
            path,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      var left = ByteBuffer.wrap(bytes);
      while (left.hasRemaining()) {
        file.write(left);
      }
      file.force(true);
    }
  }

  /** Writes a file under another name and moves it, so that it is there whole or not at all. */
  static void replace(Path path, byte[] bytes) throws IOException {
    var part = part(path);
    write(part, bytes);
    move(part, path);
    syncFolder(path);
  }

  /** The name of a file that is being written. */
  static Path part(Path path) {
    return path.resolveSibling("." + path.getFileName() + ".part");
  }

  /** Moves a file in its folder, over another if there is one. */
  static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Gives a file a second name, or copies it where the file system knows no such thing. */
  static void link(Path from, Path to) throws IOException {
    try {
      Files.createLink(to, from);
    } catch (UnsupportedOperationException | IOException e) {
      Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
      try (var file = FileChannel.open(to, StandardOpenOption.WRITE)) {
        file.force(true);
      }
    }
  }

  /** Waits until the names in the folder of a file are on the disk. */
  static void syncFolder(Path path) throws IOException {
    var folder = path.toAbsolutePath().getParent();
    if (folder == null || File.separatorChar == '\\') {
      return; // Windows opens no folders
    }
    try (var channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
