export const RUNTIME = Symbol.for('penstock.runtime')

/**
 * What is declared by a value of its own brings its runtime with it, so that only the bundles of those who declare it hold it. As a
 * symbol's member it is no part of the declaration as data.
 */
export interface Carried<Module> {
  readonly [RUNTIME]: () => Promise<Module>
}
