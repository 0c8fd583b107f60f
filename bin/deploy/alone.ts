import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { CommandFailure } from '../failure.ts'

/**
 * Does the work while no other deployment of this folder is under way: they would write the same files, and wait for each other's stacks.
 * @throws CommandFailure where one is
 */
export async function alone<T>(work: () => Promise<T>, folder = '.penstock/deploy'): Promise<T> {
  mkdirSync(folder, { recursive: true })
  const lock = `${folder}/process`
  take(lock)
  try {
    return await work()
  } finally {
    rmSync(lock, { force: true })
  }
}

/** The file holds the number of the process that is at work. */
function take(lock: string): void {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'EEXIST') throw error
    const holder = Number(readFileSync(lock, 'utf8'))
    if (lives(holder))
      throw new CommandFailure(
        `Another deployment of this folder is under way (process ${holder}). Wait for its end, then try again.`,
      )
    // Whoever was killed has left it behind.
    writeFileSync(lock, String(process.pid))
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as { code?: unknown }).code === 'EPERM'
  }
}
