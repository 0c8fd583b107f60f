import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda'
import type { RunningShop } from './running-shop.ts'

export interface Due {
  readonly orderId: string
  /** Pence. */
  readonly amount: number
}

/** Has the provider take the money, as a customer who pays on its page does. @returns what the provider has to tell the shop */
export async function pay({ cloud }: RunningShop, { orderId, amount }: Due): Promise<object> {
  const charge = { key: `order-${orderId}`, reference: orderId, amount }
  const Payload = JSON.stringify({ operation: 'charge', ...charge })
  const invoke = new InvokeCommand({ FunctionName: 'shop-sandbox-provider', Payload })
  const answer = await cloud.client(LambdaClient).send(invoke)
  return { ...charge, ...JSON.parse(new TextDecoder().decode(answer.Payload)) }
}

/** The provider tells the shop. */
export async function tell({ api }: RunningShop, answer: object): Promise<void> {
  const { status, body } = await api.post('payments/answers', answer, JSON.stringify(answer))
  if (status !== 202) throw new Error(`the webhook answered ${status}: ${JSON.stringify(body)}`)
}
