package io.github.tfrnn.cells;

import java.util.List;

/**
 * The states of the layers of a {@link MultiRnnCell}, the first layer first.
 *
 * <p>Layers may be of different kinds; {@link #layer} gives the state of one in its own type.
 *
 * @param layers one state for each layer
 */
public record LayerStates(List<Object> layers) {

  /** Copies the list. */
  public LayerStates {
    layers = List.copyOf(layers);
  }

  /** Returns the states of a stack from those of its layers. */
  public static LayerStates of(Object... layers) {
    return new LayerStates(List.of(layers));
  }

  /**
   * Returns the state of one layer: {@code LstmState<TFloat32> s = states.layer(0,
   * LstmState.class)}.
   *
   * @param index 0 for the first layer
   * @param kind the class of the state, without the type of its elements
   * @throws IllegalArgumentException if there is no such layer, or its state is of another class
   */
  @SuppressWarnings("unchecked") // the class is checked, its element type is that of the cell
  public <S> S layer(int index, Class<? super S> kind) {
    if (index < 0 || index >= layers.size()) {
      throw new IllegalArgumentException(
          "layer states: index must be in 0.." + (layers.size() - 1) + ", got " + index);
    }
    var state = layers.get(index);
    if (!kind.isInstance(state)) {
      throw new IllegalArgumentException(
          "layer states: kind of layer "
              + index
              + " must be "
              + state.getClass().getSimpleName()
              + ", got "
              + kind.getSimpleName());
    }
    return (S) state;
  }
}
