import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'

/** Everything that a template or a bundle is made of. The lock of the packages stands for their code. */
const SOURCES = '{bin/app.ts,{lib,functions,contracts,messaging}/**/*.ts,cdk.json,package-lock.json}'
const LOCK_FILE = 'penstock.lock.json'
const FINGERPRINT = 'fingerprint'

export interface SynthOptions {
  /** Folder that holds `bin/app.ts`. @default the working folder */
  readonly root?: string
  /** CDK context, as `cdk synth --context` sets it. @default none */
  readonly context?: Readonly<Record<string, string>>
  /** Told before it synthesizes, which takes seconds. */
  readonly onChanged?: () => void
}

/**
 * Makes `outdir` the cloud assembly of the sources as they are now, and does nothing when it is that already. Until a synth has
 * succeeded the assembly before it stays as it was. Templates are not validated by CDK here: CI does that.
 *
 * @returns whether it synthesized
 * @throws Error with what the app wrote to stderr
 */
export async function synthIfChanged(
  outdir: string,
  { root = process.cwd(), context = {}, onChanged = () => {} }: SynthOptions = {},
): Promise<boolean> {
  const sources = fingerprintOf(root, globSync(SOURCES, { cwd: root }), context)
  const current = () => `${sources} ${fingerprintOf(root, [LOCK_FILE], {})}`
  if (recorded(outdir) === current()) return false
  onChanged()
  await mkdir(dirname(outdir), { recursive: true })
  // A folder of its own: two runs may synthesize at the same time.
  const next = await mkdtemp(`${resolve(outdir)}.`)
  try {
    await synth(next, root, context)
    // The synth may have recorded new consumers in the lock file.
    await writeFile(join(next, FINGERPRINT), current())
    await carryAssets(outdir, next)
    await rm(outdir, { recursive: true, force: true })
    await rename(next, outdir)
  } finally {
    await rm(next, { recursive: true, force: true })
  }
  return true
}

const CARRIED_MS = 24 * 3_600_000

/** A cloud that runs the assembly before ends its work with that code, and loads parts of it as late as it needs them. */
async function carryAssets(from: string, to: string): Promise<void> {
  if (!existsSync(from)) return
  for (const name of readdirSync(from)) {
    if (!name.startsWith('asset.') || existsSync(join(to, name))) continue
    if (Date.now() - statSync(join(from, name)).mtimeMs < CARRIED_MS) await rename(join(from, name), join(to, name))
  }
}

async function synth(outdir: string, root: string, context: Readonly<Record<string, string>>): Promise<void> {
  const env = { ...process.env, CDK_OUTDIR: outdir, CDK_VALIDATION: 'false', CDK_CONTEXT_JSON: JSON.stringify(context) }
  try {
    await promisify(execFile)(process.execPath, ['bin/app.ts'], { cwd: root, env, maxBuffer: 1 << 26 })
  } catch (error) {
    const { stderr, message } = error as { readonly stderr?: string; readonly message: string }
    throw new Error(`The app does not synthesize:\n${withoutFrames(stderr || message)}`, { cause: stderr })
  }
}

/** What the app has to say, without what Node.js writes around an uncaught error. */
const withoutFrames = (stderr: string): string =>
  stderr
    .replace(/^node:internal.*\n\s+triggerUncaughtException\(\n\s+\^\n/m, '')
    .split('\n')
    .filter((line) => !/^\s+at |^\s+\.\.\..*\.\.\.$|^Node\.js v|^\s*$/.test(line))
    .join('\n')

function recorded(outdir: string): string | undefined {
  const file = join(outdir, FINGERPRINT)
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined
}

function fingerprintOf(root: string, files: readonly string[], context: Readonly<Record<string, string>>): string {
  const hash = createHash('sha256').update(JSON.stringify([process.version, context]))
  for (const file of [...files].sort()) {
    const path = join(root, file)
    hash.update(`\0${file}\0`)
    if (existsSync(path)) hash.update(readFileSync(path))
  }
  return hash.digest('hex')
}
