import { shopAssembly } from '../e2e/running-shop.ts'

/** Once, before the files run side by side. */
export async function setup(): Promise<void> {
  await shopAssembly()
}
