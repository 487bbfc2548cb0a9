package io.github.tfrnn.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.tfrnn.testing.ChildJvm;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** What {@link OpGradient} allows and forbids, each in a process of its own. */
class CallbackLockTest {

  /** The reason for building backward functions beforehand; a hang that ends here is good news. */
  @ParameterizedTest
  @EnumSource(names = {"LOOK_UP", "SHAPE", "DEFINITION"})
  void askingTheLockedGraphHangs(CallbackLock question) {
    assertEquals(CallbackLock.HANGS, ChildJvm.run(CallbackLock.class, question.name()).exit());
  }

  @ParameterizedTest
  @EnumSource(
      names = {"LOOK_UP", "SHAPE", "DEFINITION"},
      mode = Mode.EXCLUDE)
  void whatGradientsOfThisLibraryAskIsAnswered(CallbackLock question) {
    var child = ChildJvm.run(CallbackLock.class, question.name());
    assertEquals("answered", child.output().strip());
    assertEquals(0, child.exit());
  }
}
