import { existsSync, readFileSync } from 'node:fs'
import { createRequire, registerHooks } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { RuntimeFailure } from './failure.ts'

export type Handler = (
  event: unknown,
  context: object,
  callback?: (error: unknown, result?: unknown) => void,
) => unknown

/** Loads `file.export` from the function's folder the way Lambda's Node.js runtime does. */
export async function loadHandler(folder: string, name: string, major: number): Promise<Handler> {
  const dot = name.lastIndexOf('.')
  const [file, path] = [name.slice(0, dot), name.slice(dot + 1)]
  if (dot < 1 || path === '') throw new RuntimeFailure('Runtime.MalformedHandlerName', 'Bad handler')
  resolveAsLambda(folder)
  const module = await loadModule(folder, file)
  const handler = module[path] ?? (module.default as Record<string, unknown> | undefined)?.[path]
  if (handler === undefined) throw new RuntimeFailure('Runtime.HandlerNotFound', `${name} is undefined or not exported`)
  if (typeof handler !== 'function') throw new RuntimeFailure('Runtime.HandlerNotFound', `${name} is not a function`)
  if (major >= 24 && handler.length >= 3) throw new RuntimeFailure('Runtime.CallbackHandlerDeprecated', callbackHandler)
  return handler as Handler
}

const callbackHandler =
  'AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. ' +
  'You need to modify this function to use a supported handler signature to use Node.js 24 or later.'

async function loadModule(folder: string, file: string): Promise<Record<string, unknown>> {
  const path = ['.js', '.mjs', '.cjs']
    .map((extension) => join(folder, file + extension))
    .find((candidate) => existsSync(candidate))
  if (!path)
    throw new RuntimeFailure(
      'Runtime.ImportModuleError',
      `Error: Cannot find module '${file}'\nRequire stack:\n- /var/runtime/index.mjs`,
    )
  try {
    if (path.endsWith('.mjs') || isModule(folder, path))
      return (await import(pathToFileURL(path).href)) as Record<string, unknown>
    return createRequire(path)(path) as Record<string, unknown>
  } catch (error) {
    throw importFailure(error)
  }
}

function importFailure(error: unknown): unknown {
  if (error instanceof SyntaxError) return new RuntimeFailure('Runtime.UserCodeSyntaxError', String(error))
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  if (code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND')
    return new RuntimeFailure('Runtime.ImportModuleError', String(error))
  return error
}

/**
 * /var/task has no package.json above it, so there a `.js` file without one of its own is decided by its syntax. Here
 * the folder lies inside a project whose package.json may say `module`.
 */
function isModule(folder: string, path: string): boolean {
  if (!path.endsWith('.js')) return false
  const manifest = join(folder, 'package.json')
  if (existsSync(manifest)) return (JSON.parse(readFileSync(manifest, 'utf8')) as { type?: string }).type === 'module'
  return /^\s*(import[\s{*'"]|export[\s{*])/m.test(readFileSync(path, 'utf8'))
}

/** The runtime brings the AWS SDK along for bundles that leave it out, and decides a `.js` file without regard to outer folders. */
function resolveAsLambda(folder: string): void {
  const root = pathToFileURL(folder).href
  registerHooks({
    resolve(specifier, context, next) {
      try {
        const found = next(specifier, context)
        if (!found.url.startsWith(`${root}/`) || !found.url.endsWith('.js') || found.url.includes('/node_modules/'))
          return found
        return { ...found, format: isModule(folder, fileURLToPath(found.url)) ? 'module' : 'commonjs' }
      } catch (error) {
        if (!/^@(aws-sdk|smithy)\//.test(specifier)) throw error
        return next(specifier, { ...context, parentURL: import.meta.url })
      }
    },
  })
}
