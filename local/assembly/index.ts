export { type DeployOptions, deployAssembly } from './deploy.ts'
export { AssemblyError } from './error.ts'
export { type AssemblyStack, readAssembly } from './manifest.ts'
export type { DeployedResource, DeployedStack } from './stack.ts'
