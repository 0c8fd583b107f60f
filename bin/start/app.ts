/** The deployment's prefix in the shop's templates. */
export const APP = 'shop'
