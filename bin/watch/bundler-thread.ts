import { parentPort } from 'node:worker_threads'
import { bundle } from '../../lib/constructs/bundle/bundle.ts'
import type { Answer } from './bundler.ts'

interface Asked {
  readonly root: string
  readonly entries: ReadonlyMap<string, string>
}

function answer({ root, entries }: Asked): Answer {
  try {
    return { bundled: bundle(root, entries) }
  } catch (error) {
    return { problem: (error as Error).message }
  }
}

parentPort?.on('message', (asked: Asked) => parentPort?.postMessage(answer(asked)))
