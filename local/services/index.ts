import { existsSync } from 'node:fs'
import type { CloudContext, CreateService, Service } from '../service.ts'

const folders = [
  'iam',
  'sts',
  'kms',
  'ssm',
  'logs',
  'monitoring',
  'sqs',
  'sns',
  'events',
  'scheduler',
  'dynamodb',
  'lambda',
  'apigateway',
  'cloudformation',
]

/** Interim while the services are being written side by side: whatever folder is there is loaded. */
export async function createServices(context: CloudContext): Promise<Service[]> {
  const services: Service[] = []
  for (const folder of folders) {
    const file = new URL(`./${folder}/index.ts`, import.meta.url)
    if (!existsSync(file)) continue
    const exported = (await import(/* @vite-ignore */ file.href)) as Record<string, unknown>
    for (const [name, create] of Object.entries(exported))
      if (name.startsWith('create') && typeof create === 'function') services.push((create as CreateService)(context))
  }
  return services
}
