import type {
  GetFunctionCodeSigningConfigCommandInput,
  GetFunctionCodeSigningConfigCommandOutput,
  GetFunctionRecursionConfigCommandInput,
  GetFunctionRecursionConfigCommandOutput,
  GetRuntimeManagementConfigCommandInput,
  GetRuntimeManagementConfigCommandOutput,
  PutFunctionRecursionConfigCommandInput,
  PutFunctionRecursionConfigCommandOutput,
  PutRuntimeManagementConfigCommandInput,
  PutRuntimeManagementConfigCommandOutput,
} from '@aws-sdk/client-lambda'
import { NotSimulated } from '../../../errors.ts'
import { type Action, action } from '../../../service.ts'
import { oneOf, required, violation } from '../model/constraints.ts'
import { type LambdaParts, onFunction } from '../parts.ts'

const modes = ['Auto', 'FunctionUpdate', 'Manual']

const loops = ['Allow', 'Terminate']

/**
 * What tools read of every function though few set it: who updates its runtime, whose signature its code needs, and what
 * becomes of it in a loop.
 */
export const runtimeManagementActions = (parts: LambdaParts): Readonly<Record<string, Action>> => ({
  PutRuntimeManagementConfig: action<PutRuntimeManagementConfigCommandInput, PutRuntimeManagementConfigCommandOutput>({
    accepts: ['FunctionName', 'Qualifier', 'UpdateRuntimeOn'],
    access: onFunction(parts, 'PutRuntimeManagementConfig'),
    run: ({ FunctionName, Qualifier, UpdateRuntimeOn: mode = 'Auto' }) => {
      if (!modes.includes(mode))
        throw violation('updateRuntimeOn', mode, `satisfy enum value set: [${modes.join(', ')}]`)
      if (mode === 'Manual')
        throw new NotSimulated('runtime versions of UpdateRuntimeOn Manual', 'There is one runtime: use Auto.')
      const { fn, version } = parts.functions.resolve(FunctionName, Qualifier)
      fn.runtimeUpdates.set(version.version, mode)
      return { UpdateRuntimeOn: mode, FunctionArn: `${fn.arn}:${version.version}` }
    },
  }),

  GetRuntimeManagementConfig: action<GetRuntimeManagementConfigCommandInput, GetRuntimeManagementConfigCommandOutput>({
    accepts: ['FunctionName', 'Qualifier'],
    access: onFunction(parts, 'GetRuntimeManagementConfig'),
    run: ({ FunctionName, Qualifier }) => {
      const { fn, version } = parts.functions.resolve(FunctionName, Qualifier)
      return {
        UpdateRuntimeOn: fn.runtimeUpdates.get(version.version) ?? 'Auto',
        FunctionArn: `${fn.arn}:${version.version}`,
      }
    },
  }),

  PutFunctionRecursionConfig: action<PutFunctionRecursionConfigCommandInput, PutFunctionRecursionConfigCommandOutput>({
    accepts: ['FunctionName', 'RecursiveLoop'],
    access: onFunction(parts, 'PutFunctionRecursionConfig'),
    run: ({ FunctionName, RecursiveLoop }) => {
      required('recursiveLoop', RecursiveLoop)
      oneOf('recursiveLoop', RecursiveLoop, loops)
      const fn = parts.functions.get(FunctionName)
      fn.recursiveLoop = RecursiveLoop as 'Allow'
      return { RecursiveLoop }
    },
  }),

  GetFunctionRecursionConfig: action<GetFunctionRecursionConfigCommandInput, GetFunctionRecursionConfigCommandOutput>({
    accepts: ['FunctionName'],
    access: onFunction(parts, 'GetFunctionRecursionConfig'),
    run: ({ FunctionName }) => ({ RecursiveLoop: parts.functions.get(FunctionName).recursiveLoop }),
  }),

  // No code is signed here, so no function has a configuration for it; AWS answers with no member then.
  GetFunctionCodeSigningConfig: action<
    GetFunctionCodeSigningConfigCommandInput,
    Partial<GetFunctionCodeSigningConfigCommandOutput>
  >({
    accepts: ['FunctionName'],
    access: onFunction(parts, 'GetFunctionCodeSigningConfig'),
    run: ({ FunctionName }) => {
      parts.functions.get(FunctionName)
      return {}
    },
  }),
})
