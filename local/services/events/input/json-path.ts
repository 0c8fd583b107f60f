const STEP = /\.([A-Za-z0-9_/-]+)|\[(\d+|\*)\]/y

/**
 * Whether the text is a JSON path of the form that EventBridge takes: `$`, names after dots, and array positions; names
 * in quotes are refused (measured in September 2026).
 */
export function isJsonPath(path: string): boolean {
  return stepsOf(path) !== undefined
}

/** The value at the path; `undefined` where there is none. */
export function atPath(root: unknown, path: string): unknown {
  let value: unknown = root
  for (const step of stepsOf(path) ?? []) {
    if (step === '*') return Array.isArray(value) ? value : undefined
    if (Array.isArray(value)) value = value[Number(step)]
    else if (typeof value === 'object' && value !== null && Object.hasOwn(value, step))
      value = (value as Record<string, unknown>)[step]
    else return undefined
  }
  return value
}

function stepsOf(path: string): string[] | undefined {
  if (!path.startsWith('$')) return undefined
  const steps: string[] = []
  let at = 1
  while (at < path.length) {
    STEP.lastIndex = at
    const found = STEP.exec(path)
    if (!found) return undefined
    steps.push(found[1] ?? found[2] ?? '')
    at = STEP.lastIndex
  }
  return steps
}
