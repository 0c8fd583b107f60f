import * as z from 'zod/mini'
import en from 'zod/v4/locales/en.js'

// zod/mini brings no language of its own: without one every reason is "Invalid input".
z.config(en())

/** 1 to `most` characters. */
export const text = (most: number) => z.string().check(z.minLength(1), z.maxLength(most))

/** How many there are, from 0. */
export const Count = z.int().check(z.nonnegative())

/** How many there are, where there are some: from 1. */
export const Positive = z.int().check(z.positive())
