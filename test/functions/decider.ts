import { expect } from 'vitest'

interface Decider<State, Event> {
  initial(): State
  evolve(state: State, event: Event): State
}

/** Given what happened, when something is decided, then these events follow. */
export function specification<State, Event>(decider: Decider<State, Event>) {
  return {
    given: (...past: Event[]) => {
      const state = past.reduce((folded, event) => decider.evolve(folded, event), decider.initial())
      return {
        state,
        when: (decide: (state: State) => unknown) => ({
          thenEvents: (...events: Event[]) => expect(decide(state)).toEqual(events),
          thenNothing: () => expect(decide(state)).toEqual([]),
          thenThrows: (message: RegExp) => expect(() => decide(state)).toThrow(message),
        }),
      }
    },
  }
}
