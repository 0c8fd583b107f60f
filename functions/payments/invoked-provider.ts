import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import * as z from 'zod/mini'
import { type MoneyRequest, type PaymentProvider, ProviderUnavailable } from './payment-provider.ts'

const ChargeAnswer = z.discriminatedUnion('status', [
  z.object({ status: z.literal('taken'), chargeId: z.string() }),
  z.object({ status: z.literal('declined'), reason: z.string() }),
  z.object({ status: z.literal('pending') }),
])
const RefundAnswer = z.object({ refundId: z.string() })

const CancelAnswer = z.discriminatedUnion('status', [
  z.object({ status: z.literal('refunded'), refundId: z.string() }),
  z.object({ status: z.literal('void') }),
])

const lambda = new LambdaClient({})

/** A payment provider that answers to a synchronous invocation of its function. */
export function invokedProvider(functionName: string, signal: AbortSignal): PaymentProvider {
  const ask = async <T>(
    operation: string,
    request: Pick<MoneyRequest, 'key'>,
    schema: z.ZodMiniType<T>,
  ): Promise<T> => {
    const payload = await invoke(functionName, JSON.stringify({ operation, ...request }), signal)
    const answer = schema.safeParse(payload)
    if (answer.success) return answer.data
    throw new ProviderUnavailable(
      `${operation} ${request.key}: an answer that says nothing: ${z.prettifyError(answer.error)}`,
    )
  }
  return {
    charge: (request) => ask('charge', request, ChargeAnswer),
    refund: (request) => ask('refund', request, RefundAnswer),
    cancel: (key) => ask('cancel', { key }, CancelAnswer),
  }
}

async function invoke(functionName: string, payload: string, signal: AbortSignal): Promise<unknown> {
  let answer: { FunctionError?: string | undefined; Payload?: Uint8Array | undefined }
  try {
    answer = await lambda.send(new InvokeCommand({ FunctionName: functionName, Payload: payload }), {
      abortSignal: signal,
    })
  } catch (cause) {
    throw new ProviderUnavailable(`${functionName} did not answer`, { cause })
  }
  const text = new TextDecoder().decode(answer.Payload)
  if (answer.FunctionError) throw new ProviderUnavailable(`${functionName} failed: ${text}`)
  return JSON.parse(text)
}
