export { deployAssembly } from './deploy.ts'
export { AssemblyError } from './error.ts'
export type { DeployedResource, DeployedStack, NoEffect } from './stack.ts'
