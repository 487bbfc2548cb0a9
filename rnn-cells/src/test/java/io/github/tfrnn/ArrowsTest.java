package io.github.tfrnn;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** An arrow between packages points downwards: model, rnn, cells, then ops. */
class ArrowsTest {

  @Test
  void packagesKnowOnlyWhatIsBelowThem() {
    var classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .withImportOption(location -> !location.contains("-tests.jar"))
            .importPackages("io.github.tfrnn");
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("model")
        .definedBy("io.github.tfrnn.model..")
        .layer("rnn")
        .definedBy("io.github.tfrnn.rnn..")
        .layer("cells")
        .definedBy("io.github.tfrnn.cells..")
        .layer("train")
        .definedBy("io.github.tfrnn.train..")
        .layer("ops")
        .definedBy("io.github.tfrnn.ops..")
        .whereLayer("model")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("rnn")
        .mayOnlyBeAccessedByLayers("model")
        .whereLayer("cells")
        .mayOnlyBeAccessedByLayers("rnn", "model")
        .whereLayer("train")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("ops")
        .mayOnlyBeAccessedByLayers("train", "cells", "rnn", "model")
        .check(classes);
  }
}
