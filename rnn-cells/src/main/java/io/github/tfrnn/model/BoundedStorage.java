package io.github.tfrnn.model;

import io.jhdf.Superblock;
import io.jhdf.exceptions.HdfException;
import io.jhdf.storage.HdfBackingStorage;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/**
 * The bytes of an HDF5 file as jHDF reads them, with an end: nothing beyond the file is read, and
 * the work is bounded by its size.
 *
 * <p>A hostile file can send a reader in circles, with a tree whose nodes are their own children.
 * Each read has a price, and all reads together may cost as much as a few passes over the file.
 */
final class BoundedStorage implements HdfBackingStorage {
  private static final long SMALLEST_BUDGET = 10_000;
  private static final int BYTES_FOR_ONE = 64;
  private static final int SIZE_OF_ADDRESS = 8;

  private final ByteBuffer bytes;
  private final Superblock superblock;
  private long budget;

  BoundedStorage(byte[] file) {
    bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).asReadOnlyBuffer();
    superblock =
        Superblock.readSuperblock(bytes.duplicate().rewind().order(ByteOrder.LITTLE_ENDIAN));
    budget = SMALLEST_BUDGET + file.length;
    if (superblock.getBaseAddressByte() != 0
        || superblock.getSizeOfOffsets() != SIZE_OF_ADDRESS
        || superblock.getSizeOfLengths() != SIZE_OF_ADDRESS) {
      throw new HdfException("superblock must have base 0 and addresses of 8 bytes");
    }
  }

  @Override
  public ByteBuffer readBufferFromAddress(long address, int length) {
    return mapNoOffset(address, length);
  }

  @Override
  public ByteBuffer map(long address, long length) {
    return mapNoOffset(address, length);
  }

  @Override
  public ByteBuffer mapNoOffset(long address, long length) {
    spend(length);
    return data(address, length);
  }

  /** Returns a part of the file, free of charge: for what is read once. */
  ByteBuffer data(long address, long length) {
    if (address < 0 || length < 0 || address > bytes.capacity() - length) {
      throw new HdfException(
          "%d bytes at %d end behind the file, which has %d"
              .formatted(length, address, bytes.capacity()));
    }
    return bytes.slice((int) address, (int) length).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Pays for {@code length} bytes. */
  void spend(long length) {
    budget -= 1 + Math.max(0, length) / BYTES_FOR_ONE;
    if (budget < 0) {
      throw new HdfException("its parts are linked so that reading them would not end");
    }
  }

  /** Pays for text that is copied: many names may lead to one. */
  void spendText(long length) {
    spend(BYTES_FOR_ONE * length);
  }

  @Override
  public Superblock getSuperblock() {
    return superblock;
  }

  @Override
  public long getUserBlockSize() {
    return 0;
  }

  @Override
  public FileChannel getFileChannel() {
    throw new HdfException("no channel: the file is in memory");
  }

  @Override
  public int getSizeOfOffsets() {
    return SIZE_OF_ADDRESS;
  }

  @Override
  public int getSizeOfLengths() {
    return SIZE_OF_ADDRESS;
  }

  @Override
  public void close() {}

  @Override
  public long size() {
    return bytes.capacity();
  }

  @Override
  public boolean inMemory() {
    return true;
  }
}
