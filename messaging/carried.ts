export const RUNTIME = Symbol.for('penstock.runtime')

/**
 * What is declared by a value of its own brings its runtime with it, so that only the bundles of those who declare it hold it. As a
 * symbol's member it is no part of the declaration as data.
 */
export interface Carried<Module> {
  readonly [RUNTIME]: () => Promise<Module>
}

export const RULES = Symbol.for('penstock.rules')

/** Brings its own rules with it as well: what must hold of it beside the rest of the declaration, each with what to say where it does not. */
export interface Ruled<Beside> {
  readonly [RULES]: (beside: Beside) => readonly (readonly [holds: boolean, message: string])[]
}
