package io.github.tfrnn.conformance;

import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every cell of {@link Cells} goes through every {@link Suite} and every {@link Wrapper}. What an
 * entry leaves out is skipped for the reason that it gives. {@code -Dconformance=.*Gru.*} runs the
 * entries whose names match.
 */
class ConformanceTest {
  private static final int ENTRIES_AT_ONCE = 2;

  @TestFactory
  List<DynamicContainer> everyCell() {
    var pool = Executors.newFixedThreadPool(ENTRIES_AT_ONCE);
    try {
      return Cells.all().stream()
          .filter(entry -> entry.toString().matches(System.getProperty("conformance", ".*")))
          .map(entry -> tests(entry, pool.submit(() -> EntryRun.outcomes(entry))))
          .toList();
    } finally {
      pool.shutdown(); // after what was submitted
    }
  }

  private static DynamicContainer tests(
      Entry entry, Future<Map<String, Optional<Throwable>>> outcomes) {
    var suites =
        Arrays.stream(Suite.values())
            .filter(suite -> suite != Suite.IN_WRAPPERS)
            .map(Suite::toString);
    var wrappers = Wrapper.all().stream().map(Wrapper::toString);
    return dynamicContainer(
        entry.toString(), Stream.concat(suites, wrappers).map(name -> test(name, outcomes)));
  }

  private static DynamicTest test(String name, Future<Map<String, Optional<Throwable>>> outcomes) {
    return dynamicTest(
        name,
        () -> {
          var thrown = outcome(name, outcomes);
          if (thrown.isPresent()) {
            throw thrown.get();
          }
        });
  }

  private static Optional<Throwable> outcome(
      String name, Future<Map<String, Optional<Throwable>>> outcomes) throws InterruptedException {
    try {
      return outcomes.get().get(name);
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    }
  }
}
