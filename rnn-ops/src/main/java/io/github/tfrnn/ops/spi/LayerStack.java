package io.github.tfrnn.ops.spi;

import io.github.tfrnn.ops.VariableScope;
import java.util.List;
import java.util.function.BiFunction;

/**
 * A stack of cells, each fed the output of the one before.
 *
 * @param cells the first layer first
 * @param scopes gives the scope of a layer, as a step that is given a scope enters it
 * @param finish to be called once all layers have made their weights
 */
public record LayerStack(
    List<?> cells, BiFunction<VariableScope, Integer, VariableScope> scopes, Runnable finish) {}
