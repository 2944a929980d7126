import type { Command } from 'commander'
import { type Config, loadConfig, settings } from '../config.ts'

/** What a file of commands exports: adds its commands to the program. */
export type CommandFile = (program: Command) => void

/** A refusal that is the caller's to mend; printed without a stack, exit code 1. */
export class CommandError extends Error {}

export type SettingFlag = (typeof settings)[number]['flag']

/** The flags of commands that work on the store without serving. */
export const storeFlags: readonly SettingFlag[] = ['data-dir', 'database-url', 'master-key']

/** Adds flags for settings, all of them unless named. Read the result with `configOf`. */
export function addSettings(command: Command, flags: readonly SettingFlag[] = settings.map(({ flag }) => flag)): Command {
  for (const { flag, value, help, variable } of settings) {
    if (flags.includes(flag)) command.option(`--${flag} <${value}>`, `${help} [${variable}]`)
  }
  return command
}

/** The configuration from a command's flags and the environment. */
export function configOf(options: Readonly<Record<string, unknown>>): Config {
  const flags: Record<string, string> = {}
  for (const { flag } of settings) {
    const value = options[flag.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())]
    if (typeof value === 'string') flags[flag] = value
  }
  return loadConfig(flags)
}

/** Prints one line of a command's result. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
