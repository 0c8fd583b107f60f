import { globSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'

/** What a line of code calls that there is not. */
export const unknownScripts = (line: string, scripts: Record<string, string>) =>
  [...line.matchAll(/\bnpm run (?:-\S+ )?([a-z][\w:-]*)/g)].flatMap(([all, name = '']) =>
    name in scripts ? [] : [all],
  )

/** Commands of penstock, also by their npm scripts, options that they do not have, and consumers of the shop that there are not. */
export function unknownOptions(line: string, program: ReadonlyMap<string, Command>): string[] {
  const called = /(?<![\w/.])(?:npm (?:run )?(start|cloud|publish|deploy|destroy|diff) --|penstock) ([^#]*)/.exec(line)
  if (!called) return []
  const [, script, rest = ''] = called
  const words = [...(script === undefined ? [] : [script]), ...rest.split(/\s+/)].filter((word) => word !== '')
  const first = program.get(words[0] ?? '')
  if (!first) return /^[a-z]+$/.test(words[0] ?? '') ? [`penstock ${words[0]}`] : []
  const second = first.commands.find((command) => command.name() === words[1])
  if (first.commands.length > 0 && !second && /^[a-z]+$/.test(words[1] ?? ''))
    return [`penstock ${words[0]} ${words[1]}`]
  const command = second ?? first
  const consumer =
    ['explain', 'where'].includes(command.name()) && words.find((word) => /^[a-z]+\.(?!txt$)[a-z-]+$/.test(word))
  if (consumer && !consumers().includes(consumer)) return [`${command.name()} ${consumer}`]
  const given = words.flatMap((word) => /^\[?(--[a-z-]+)/.exec(word)?.[1] ?? [])
  return given
    .filter((option) => !command.options.some(({ long }) => long === option))
    .map((option) => `${command.name()} ${option}`)
}

/** Of the shop. */
const consumers = (): readonly string[] => JSON.parse(readFileSync('penstock.lock.json', 'utf8')).consumers

/** By name. */
export async function commands(): Promise<ReadonlyMap<string, Command>> {
  const modules = await Promise.all(globSync('bin/commands/*.ts').map((file) => import(resolve(file))))
  const all = modules.flatMap((module) => Object.values(module as Record<string, unknown>))
  const found = all.filter(
    (value): value is Command => value !== null && typeof value === 'object' && 'commands' in value,
  )
  return new Map(found.map((command) => [command.name(), command]))
}
