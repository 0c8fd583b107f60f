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
    try {
      const exported = (await import(`./${folder}/index.ts`)) as Record<string, unknown>
      for (const [name, create] of Object.entries(exported))
        if (name.startsWith('create') && typeof create === 'function') services.push((create as CreateService)(context))
    } catch (error) {
      if (
        (error as { code?: string }).code !== 'ERR_MODULE_NOT_FOUND' ||
        !String(error).includes(`services/${folder}/index.ts`)
      )
        throw error
    }
  }
  return services
}
