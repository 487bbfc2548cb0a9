package io.github.tfrnn.model;

import io.jhdf.GlobalHeap;
import io.jhdf.GroupSymbolTableNode;
import io.jhdf.LocalHeap;
import io.jhdf.ObjectHeader;
import io.jhdf.Superblock.SuperblockV0V1;
import io.jhdf.Superblock.SuperblockV2V3;
import io.jhdf.SymbolTableEntry;
import io.jhdf.btree.BTreeV1;
import io.jhdf.exceptions.HdfException;
import io.jhdf.object.datatype.StringData;
import io.jhdf.object.datatype.VariableLength;
import io.jhdf.object.message.AttributeInfoMessage;
import io.jhdf.object.message.AttributeMessage;
import io.jhdf.object.message.DataLayoutMessage;
import io.jhdf.object.message.DataSpaceMessage;
import io.jhdf.object.message.DataTypeMessage;
import io.jhdf.object.message.LinkInfoMessage;
import io.jhdf.object.message.LinkMessage;
import io.jhdf.object.message.SymbolTableMessage;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads the groups, the arrays and the text of an HDF5 file, with the parts of jHDF that decode one
 * structure each. They are put together here and not by its {@code HdfFile}, which follows links
 * into other files and cycles without end.
 *
 * <p>Read are groups with a symbol table or with links in their header, which is what h5py makes by
 * default; links that are not hard, and groups or attributes in a fractal heap, are refused.
 */
final class Hdf5Reader {
  private static final long UNDEFINED = -1;
  private static final int LONGEST_NAME = 1024;
  private static final int DEEPEST = 64;
  private static final int BYTES_OF_REFERENCE = 16;

  private final BoundedStorage storage;
  private final Set<Long> seen = new HashSet<>();
  private final Map<Long, GlobalHeap> heaps = new HashMap<>();

  private Hdf5Reader(BoundedStorage storage) {
    this.storage = storage;
  }

  /**
   * Reads all but the numbers.
   *
   * @throws RuntimeException of any kind, or StackOverflowError or OutOfMemoryError, if the file is
   *     not sound
   */
  static Hdf5Group read(byte[] file) {
    var storage = new BoundedStorage(file);
    return new Hdf5Reader(storage).group("", root(storage), 0);
  }

  private static long root(BoundedStorage storage) {
    if (storage.getSuperblock() instanceof SuperblockV0V1 first) {
      return new SymbolTableEntry(storage, first.getRootGroupSymbolTableAddress())
          .getObjectHeaderAddress();
    }
    return ((SuperblockV2V3) storage.getSuperblock()).getRootGroupObjectHeaderAddress();
  }

  private ObjectHeader header(String path, long address) {
    if (!seen.add(address)) {
      throw new HdfException(path + ": object must stand in one group, got it in two");
    }
    return ObjectHeader.readObjectHeader(storage, address);
  }

  private Hdf5Group group(String path, long address, int depth) {
    return group(path, header(path, address), depth);
  }

  private Hdf5Group group(String path, ObjectHeader header, int depth) {
    if (depth > DEEPEST) {
      throw new HdfException(path + ": groups must be at most " + DEEPEST + " deep");
    }
    var groups = new LinkedHashMap<String, Hdf5Group>();
    var arrays = new LinkedHashMap<String, Hdf5Array>();
    for (var link : links(path, header).entrySet()) {
      String name = link.getKey();
      String inner = path.isEmpty() ? name : path + "/" + name;
      var target = header(inner, link.getValue());
      if (target.hasMessageOfType(DataSpaceMessage.class)) {
        arrays.put(name, array(inner, target));
      } else if (!target.hasMessageOfType(DataTypeMessage.class)) {
        groups.put(name, group(inner, target, depth + 1));
      }
    }
    return new Hdf5Group(
        path,
        Collections.unmodifiableMap(groups),
        Collections.unmodifiableMap(arrays),
        texts(path, header));
  }

  private Hdf5Array array(String path, ObjectHeader header) {
    return new Hdf5Array(
        path,
        header.getMessageOfType(DataSpaceMessage.class).getDataSpace().getDimensions(),
        header.getMessageOfType(DataTypeMessage.class).getDataType(),
        header.getMessageOfType(DataLayoutMessage.class),
        storage);
  }

  /** Addresses by name. */
  private Map<String, Long> links(String path, ObjectHeader header) {
    var links = new LinkedHashMap<String, Long>();
    if (header.hasMessageOfType(SymbolTableMessage.class)) {
      var table = header.getMessageOfType(SymbolTableMessage.class);
      var names = new LocalHeap(storage, table.getLocalHeapAddress()).getDataBuffer();
      for (long node :
          BTreeV1.createGroupBTree(storage, table.getBTreeAddress()).getChildAddresses()) {
        for (var entry : new GroupSymbolTableNode(storage, node).getSymbolTableEntries()) {
          if (entry.getCacheType() == 2) {
            throw soft(path);
          }
          put(links, path, name(names, entry.getLinkNameOffset()), entry.getObjectHeaderAddress());
        }
      }
    } else if (header.hasMessageOfType(LinkInfoMessage.class)) {
      if (header.getMessageOfType(LinkInfoMessage.class).getBTreeNameIndexAddress() != UNDEFINED) {
        throw new HdfException(path + ": group must have its links in its header, got a heap");
      }
      for (var link : header.getMessagesOfType(LinkMessage.class)) {
        if (link.getLinkType() != LinkMessage.LinkType.HARD) {
          throw soft(path);
        }
        put(links, path, link.getLinkName(), link.getHardLinkAddress());
      }
    }
    return links;
  }

  private static HdfException soft(String path) {
    return new HdfException(path + ": links must be to objects, got one to a name");
  }

  private static void put(Map<String, Long> links, String path, String name, long address) {
    if (name.isEmpty() || name.length() > LONGEST_NAME || links.put(name, address) != null) {
      throw new HdfException(
          path + ": names must be different and of 1 to " + LONGEST_NAME + " letters");
    }
  }

  private String name(ByteBuffer names, int offset) {
    int end = offset;
    while (names.get(end) != 0) {
      end++;
      if (end - offset > LONGEST_NAME) {
        break;
      }
    }
    storage.spendText(end - offset);
    return new String(bytes(names, offset, end - offset), StandardCharsets.UTF_8);
  }

  private static byte[] bytes(ByteBuffer from, int offset, int length) {
    byte[] bytes = new byte[length];
    from.get(offset, bytes);
    return bytes;
  }

  private Map<String, List<String>> texts(String path, ObjectHeader header) {
    for (var info : header.getMessagesOfType(AttributeInfoMessage.class)) {
      if (info.getFractalHeapAddress() != UNDEFINED) {
        throw new HdfException(path + ": attributes must be in the header, got a heap");
      }
    }
    var texts = new LinkedHashMap<String, List<String>>();
    for (var attribute : header.getMessagesOfType(AttributeMessage.class)) {
      var data = attribute.getDataBuffer();
      if (attribute.getDataType() instanceof StringData) {
        texts.put(attribute.getName(), fixed(data, attribute.getDataType().getSize()));
      } else if (attribute.getDataType() instanceof VariableLength variable
          && variable.isVariableLengthString()) {
        texts.put(attribute.getName(), variable(data));
      }
    }
    return Collections.unmodifiableMap(texts);
  }

  // jHDF has no buffer for an attribute without elements.
  private List<String> fixed(@Nullable ByteBuffer data, int length) {
    var lines = new ArrayList<String>();
    storage.spendText(data == null ? 0 : data.remaining());
    for (int i = 0; data != null && i < data.remaining() / length; i++) {
      lines.add(line(bytes(data, i * length, length)));
    }
    return List.copyOf(lines);
  }

  /** Lines in the heap of the file; each reference has a length, a heap and a number in it. */
  private List<String> variable(@Nullable ByteBuffer data) {
    var lines = new ArrayList<String>();
    for (int i = 0; data != null && i < data.remaining() / BYTES_OF_REFERENCE; i++) {
      int at = i * BYTES_OF_REFERENCE;
      int length = data.getInt(at);
      if (length == 0) {
        lines.add("");
        continue;
      }
      storage.spendText(length);
      var heap =
          heaps.computeIfAbsent(data.getLong(at + 4), place -> new GlobalHeap(storage, place));
      var object = heap.getObjectData(data.getInt(at + 12));
      lines.add(line(bytes(object, 0, Math.min(length, object.remaining()))));
    }
    return List.copyOf(lines);
  }

  private static String line(byte[] bytes) {
    int end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }
}
