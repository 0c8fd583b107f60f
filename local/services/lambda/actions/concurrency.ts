import type {
  DeleteFunctionConcurrencyCommandInput,
  GetAccountSettingsCommandInput,
  GetAccountSettingsCommandOutput,
  GetFunctionConcurrencyCommandInput,
  GetFunctionConcurrencyCommandOutput,
  PutFunctionConcurrencyCommandInput,
  PutFunctionConcurrencyCommandOutput,
} from '@aws-sdk/client-lambda'
import { type Action, action } from '../../../service.ts'
import { accountConcurrency, unreservedMinimum } from '../invoke/invoker.ts'
import { invalid } from '../model/functions.ts'
import { type LambdaParts, onAnything, onFunction } from '../parts.ts'

export const concurrencyActions = (parts: LambdaParts): Readonly<Record<string, Action>> => ({
  PutFunctionConcurrency: action<PutFunctionConcurrencyCommandInput, PutFunctionConcurrencyCommandOutput>({
    accepts: ['FunctionName', 'ReservedConcurrentExecutions'],
    access: onFunction(parts, 'PutFunctionConcurrency'),
    run: ({ FunctionName, ReservedConcurrentExecutions: reserved }) => {
      const { name, qualifier } = parts.functions.named(FunctionName)
      if (qualifier !== undefined)
        throw invalid(
          'This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. Please specify either a function name or an unqualified function ARN.',
        )
      // It says `$LATEST` of a function that isn't there: recorded by LocalStack's validated tests, November 2023.
      const { fn } = parts.functions.resolve(name, '$LATEST')
      const others = parts.functions.all().filter((other) => other !== fn)
      const left = accountConcurrency - others.reduce((sum, other) => sum + (other.reservedConcurrency ?? 0), 0)
      if (left - (reserved ?? 0) < unreservedMinimum)
        throw invalid(
          `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${unreservedMinimum}].`,
        )
      fn.reservedConcurrency = reserved
      return { ReservedConcurrentExecutions: reserved }
    },
  }),

  GetFunctionConcurrency: action<GetFunctionConcurrencyCommandInput, GetFunctionConcurrencyCommandOutput>({
    accepts: ['FunctionName'],
    access: onFunction(parts, 'GetFunctionConcurrency'),
    run: ({ FunctionName }) => {
      const { reservedConcurrency } = parts.functions.get(FunctionName)
      return reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency }
    },
  }),

  DeleteFunctionConcurrency: action<DeleteFunctionConcurrencyCommandInput, object>({
    accepts: ['FunctionName'],
    access: onFunction(parts, 'DeleteFunctionConcurrency'),
    run: ({ FunctionName }) => {
      parts.functions.get(FunctionName).reservedConcurrency = undefined
      return {}
    },
  }),

  GetAccountSettings: action<GetAccountSettingsCommandInput, GetAccountSettingsCommandOutput>({
    accepts: [],
    access: onAnything('GetAccountSettings'),
    run: () => {
      const all = parts.functions.all()
      const reserved = all.reduce((sum, fn) => sum + (fn.reservedConcurrency ?? 0), 0)
      return {
        AccountLimit: {
          ConcurrentExecutions: accountConcurrency,
          UnreservedConcurrentExecutions: accountConcurrency - reserved,
          TotalCodeSize: 80_530_636_800,
          CodeSizeUnzipped: 262_144_000,
          CodeSizeZipped: 52_428_800,
        },
        AccountUsage: {
          FunctionCount: all.length,
          TotalCodeSize: all.reduce((sum, fn) => sum + fn.latest.code.size, 0),
        },
      }
    },
  }),
})
