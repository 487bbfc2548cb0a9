package io.github.tfrnn.modules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.tfrnn.testing.ChildJvm;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The library on the module path, where its modules see no more than they say they need. */
@EnabledOnOs(value = OS.LINUX, architectures = "amd64") // that of the natives
class ModulePathTest {
  private static final String NATIVES =
      "org.bytedeco.dnnl.linux.x86_64,org.bytedeco.opencl.linux.x86_64";

  private static String path(Predicate<String> entries) {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .filter(entries)
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Test code, which has packages of the modules. */
  private static boolean isOfTests(String entry) {
    var name = Path.of(entry).getFileName().toString();
    return name.matches("test-classes|.*-tests\\.jar|(junit|opentest4j|apiguardian).*");
  }

  private static String trained(String addedModules) {
    var options =
        List.of("--module-path", path(entry -> !isOfTests(entry)), "--add-modules", addedModules);
    var child = ChildJvm.run(path(ModulePathTest::isOfTests), options, OnModulePath.class);
    assertEquals(0, child.exit(), child.output());
    assertTrue(child.output().contains("module io.github.tfrnn.ops\n"), child.output());
    assertTrue(child.output().contains("module io.github.tfrnn.cells\n"), child.output());
    assertTrue(child.output().contains("LOOP trains: true\n"), child.output());
    return child.output();
  }

  @Test
  void oneDnnRunsWhereItsNativesAreNamed() {
    var output = trained("io.github.tfrnn.cells," + NATIVES);
    assertTrue(output.contains("ONEDNN trains: true\n"), output);
  }

  @Test
  void withoutThemAnotherEngineRunsAndSaysWhy() {
    var output = trained("io.github.tfrnn.cells");
    assertTrue(output.contains("ONEDNN cannot run: native code of rnn-onednn could not"), output);
  }
}
