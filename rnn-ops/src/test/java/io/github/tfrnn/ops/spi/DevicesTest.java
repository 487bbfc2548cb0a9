package io.github.tfrnn.ops.spi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;

class DevicesTest {

  @Test
  void everyMachineHasACpu() {
    assertTrue(Devices.ofMachine().contains("CPU"));
  }

  @Test
  void kernelsAreAskedForByOp() {
    assertTrue(Devices.ofKernels("GRUBlockCell").contains("CPU"));
    assertEquals(Set.of(), Devices.ofKernels("NoSuchOp"));
  }
}
