import { type Outside, Retry } from '../../messaging/index.ts'
import { type PaymentProvider, ProviderUnavailable } from './payment-provider.ts'

const FUNCTION = 'PAYMENT_PROVIDER_FUNCTION'

/** The provider as the payments service reaches it: a function of the provider's, by name. */
export const PROVIDER: Outside = {
  actions: ['lambda:InvokeFunction'],
  on: [{ service: 'lambda', resource: 'function', name: '{app}-sandbox-provider' }],
  env: { [FUNCTION]: '{app}-sandbox-provider' },
}

/** @throws Retry when the provider says nothing about the money: the next attempt asks under the same key. */
export async function askProvider<Answer>(
  ask: (provider: PaymentProvider) => Promise<Answer>,
  signal: AbortSignal,
): Promise<Answer> {
  // On first use: a declaration must load without an SDK client.
  const { invokedProvider } = await import('./invoked-provider.ts')
  try {
    return await ask(invokedProvider(process.env[FUNCTION] ?? '', signal))
  } catch (error) {
    if (!(error instanceof ProviderUnavailable)) throw error
    throw new Retry(error.message, { code: 'ProviderUnavailable', cause: error })
  }
}
