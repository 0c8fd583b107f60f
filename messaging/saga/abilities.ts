/**
 * The runtime of what a unit can do with sagas. Sagas and steps bring it along, so that the code of a consumer that has to do with
 * neither does not hold it.
 */
export const loadAbilities = () => import('../runtime/saga-abilities.ts')
