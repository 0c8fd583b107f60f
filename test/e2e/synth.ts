import { shopAssembly } from './running-shop.ts'

/** Once, before the files run side by side. */
export async function setup(): Promise<void> {
  await shopAssembly()
}
