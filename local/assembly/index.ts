export { deployAssembly } from './deploy.ts'
export { AssemblyError } from './error.ts'
export type { DeployedResource, DeployedStack } from './stack.ts'
