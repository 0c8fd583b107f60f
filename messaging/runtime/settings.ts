/** Reads what the constructs have set. @throws Error that names every missing variable */
export function settings<const K extends string>(names: Readonly<Record<K, string>>): Readonly<Record<K, string>> {
  const entries = Object.entries(names) as [K, string][]
  const missing = entries.filter(([, variable]) => !process.env[variable]).map(([, variable]) => variable)
  if (missing.length > 0) throw new Error(`environment variables are not set: ${missing.join(', ')}`)
  return Object.fromEntries(entries.map(([name, variable]) => [name, process.env[variable] ?? ''])) as Record<K, string>
}

/** A variable that holds JSON. */
export function jsonSetting<T>(variable: string, text: string): T {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new Error(`environment variable ${variable} holds no JSON: ${text.slice(0, 80)}`, { cause })
  }
}
